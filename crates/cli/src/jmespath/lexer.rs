//! From text to tokens.

use crate::formats::json;
use crate::python;
use crate::value::Value;

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Eof,
    Unquoted,
    Quoted,
    Literal,
    RightBracket,
    RightParen,
    Comma,
    RightBrace,
    Number,
    Current,
    Reference,
    Colon,
    Pipe,
    Or,
    And,
    Equal,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    NotEqual,
    Flatten,
    Star,
    Filter,
    Dot,
    Not,
    LeftBrace,
    LeftBracket,
    LeftParen,
}

impl Kind {
    /// The name in error texts.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Eof => "eof",
            Self::Unquoted => "unquoted_identifier",
            Self::Quoted => "quoted_identifier",
            Self::Literal => "literal",
            Self::RightBracket => "rbracket",
            Self::RightParen => "rparen",
            Self::Comma => "comma",
            Self::RightBrace => "rbrace",
            Self::Number => "number",
            Self::Current => "current",
            Self::Reference => "expref",
            Self::Colon => "colon",
            Self::Pipe => "pipe",
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "eq",
            Self::Greater => "gt",
            Self::Less => "lt",
            Self::GreaterOrEqual => "gte",
            Self::LessOrEqual => "lte",
            Self::NotEqual => "ne",
            Self::Flatten => "flatten",
            Self::Star => "star",
            Self::Filter => "filter",
            Self::Dot => "dot",
            Self::Not => "not",
            Self::LeftBrace => "lbrace",
            Self::LeftBracket => "lbracket",
            Self::LeftParen => "lparen",
        }
    }

    /// How strongly the token binds what stands before it.
    pub(super) fn power(self) -> u8 {
        match self {
            Self::Pipe => 1,
            Self::Or => 2,
            Self::And => 3,
            Self::Equal
            | Self::Greater
            | Self::Less
            | Self::GreaterOrEqual
            | Self::LessOrEqual
            | Self::NotEqual => 5,
            Self::Flatten => 9,
            Self::Star => 20,
            Self::Filter => 21,
            Self::Dot => 40,
            Self::Not => 45,
            Self::LeftBrace => 50,
            Self::LeftBracket => 55,
            Self::LeftParen => 60,
            _ => 0,
        }
    }
}

/// One token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Names and literals hold what they mean, other tokens their own text.
    pub(super) value: Value,
    /// Where it starts, in characters.
    pub(super) start: usize,
}

/// Splits an expression into its tokens; the last one is the end.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    if text.is_empty() {
        return Err("Invalid JMESPath expression: cannot be empty.".to_owned());
    }
    let mut lexer = Lexer {
        text,
        letters: text.chars().collect(),
        at: 0,
    };
    let mut tokens = Vec::new();
    while let Some(letter) = lexer.peek() {
        if matches!(letter, ' ' | '\t' | '\n' | '\r') {
            lexer.at += 1;
        } else {
            tokens.push(lexer.token(letter)?);
        }
    }
    tokens.push(Token {
        kind: Kind::Eof,
        value: Value::from(""),
        start: lexer.letters.len(),
    });
    Ok(tokens)
}

struct Lexer<'a> {
    text: &'a str,
    letters: Vec<char>,
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn token(&mut self, letter: char) -> Result<Token, String> {
        let start = self.at;
        let (kind, value) = match letter {
            'a'..='z' | 'A'..='Z' | '_' => (
                Kind::Unquoted,
                Value::Str(self.run(|c| c.is_ascii_alphanumeric() || c == '_')),
            ),
            '0'..='9' | '-' => (Kind::Number, self.number()?),
            '\'' => {
                let lexeme = self.until('\'')?;
                (Kind::Literal, Value::Str(lexeme.replace("\\'", "'")))
            }
            '`' => (Kind::Literal, self.literal()?),
            '"' => (Kind::Quoted, self.quoted()?),
            _ => {
                let kind = self.symbol(letter)?;
                let text: String = self.letters[start..self.at].iter().collect();
                (kind, Value::Str(text))
            }
        };
        Ok(Token { kind, value, start })
    }

    fn symbol(&mut self, letter: char) -> Result<Kind, String> {
        let start = self.at;
        self.at += 1;
        let next = self.peek();
        let mut either = |second: char, both: Kind, alone: Kind| {
            if next == Some(second) {
                self.at += 1;
                both
            } else {
                alone
            }
        };
        Ok(match letter {
            '.' => Kind::Dot,
            '*' => Kind::Star,
            ']' => Kind::RightBracket,
            ',' => Kind::Comma,
            ':' => Kind::Colon,
            '@' => Kind::Current,
            '(' => Kind::LeftParen,
            ')' => Kind::RightParen,
            '{' => Kind::LeftBrace,
            '}' => Kind::RightBrace,
            '[' if next == Some('?') => either('?', Kind::Filter, Kind::LeftBracket),
            '[' => either(']', Kind::Flatten, Kind::LeftBracket),
            '|' => either('|', Kind::Or, Kind::Pipe),
            '&' => either('&', Kind::And, Kind::Reference),
            '<' => either('=', Kind::LessOrEqual, Kind::Less),
            '>' => either('=', Kind::GreaterOrEqual, Kind::Greater),
            '!' => either('=', Kind::NotEqual, Kind::Not),
            '=' if next == Some('=') => either('=', Kind::Equal, Kind::Equal),
            '=' => return Err(self.problem(start, "Unknown token '='")),
            other => return Err(self.problem(start, &format!("Unknown token {other}"))),
        })
    }

    fn problem(&self, at: usize, message: &str) -> String {
        let text = self.text;
        format!(
            "Bad jmespath expression: {message}:\n{text}\n{}^",
            " ".repeat(at)
        )
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let start = self.at;
        self.at += 1;
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
        self.letters[start..self.at].iter().collect()
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.at;
        let digits = self.run(|c| c.is_ascii_digit());
        python::big_int(&digits)
            .map_err(|_| self.problem(start, &format!("Unknown token '{digits}'")))
    }

    /// What stands between two delimiters; one after a backslash is part of it, with the backslash.
    fn until(&mut self, delimiter: char) -> Result<String, String> {
        let start = self.at;
        let mut out = String::new();
        self.at += 1;
        loop {
            let mut next = self.peek();
            if next == Some(delimiter) {
                self.at += 1;
                return Ok(out);
            }
            if next == Some('\\') {
                out.push('\\');
                self.at += 1;
                next = self.peek();
            }
            match next {
                Some(letter) => out.push(letter),
                None => return Err(self.problem(start, &format!("Unclosed {delimiter} delimiter"))),
            }
            self.at += 1;
        }
    }

    fn literal(&mut self) -> Result<Value, String> {
        let start = self.at;
        let lexeme = self.until('`')?.replace("\\`", "`");
        json::parse(&lexeme)
            // Words that are no JSON are taken as text.
            .or_else(|_| json::parse(&format!("\"{}\"", lexeme.trim_start())))
            .map_err(|_| self.problem(start, &format!("Bad token {lexeme}")))
    }

    fn quoted(&mut self) -> Result<Value, String> {
        let start = self.at;
        let lexeme = self.until('"')?;
        json::parse(&format!("\"{lexeme}\""))
            .map_err(|malformed| self.problem(start, malformed.message))
    }
}
