//! A parser with the rules of Python's `argparse` (3.11), which scripts have come to rely on:
//! unambiguous prefixes, `--name=value`, values that may not begin with a dash, left-over words.

pub(crate) use super::argument::{Action, Argument, Choices, Count, Table};
use crate::python;

/// What was given for an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// A flag, and whether it means on.
    Flag(bool),
    /// One word.
    Word(String),
    /// The words of an argument that takes several.
    Words(Vec<String>),
}

/// What was given, by key; the last one wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed(Vec<(String, Given)>);

impl Parsed {
    /// What was given under that key.
    pub(crate) fn get(&self, key: &str) -> Option<&Given> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, given)| given)
    }

    /// The word given under that key.
    pub(crate) fn word(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Given::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// The flag given under that key.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key) {
            Some(Given::Flag(on)) => Some(*on),
            _ => None,
        }
    }

    /// Sets what stands under a key.
    pub(crate) fn set(&mut self, key: &str, given: Given) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, slot)) => *slot = given,
            None => self.0.push((key.to_owned(), given)),
        }
    }

    /// Leaves out what stands under these keys.
    pub(crate) fn forget(&mut self, keys: &[&str]) {
        self.0.retain(|(name, _)| !keys.contains(&name.as_str()));
    }

    /// Everything that was given.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.0.iter().map(|(key, given)| (key.as_str(), given))
    }
}

/// Why parsing ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A problem, as a message.
    Problem(String),
    /// `--version` was met.
    Version,
}

/// Parses words, and leaves those that no argument wants.
///
/// # Errors
/// The first problem, or that the version is asked for.
pub(crate) fn parse(
    arguments: &[Argument<'_>],
    words: &[String],
) -> Result<(Parsed, Vec<String>), Stop> {
    let mut run = Run {
        arguments,
        words,
        kinds: Vec::new(),
        parsed: Parsed::default(),
        seen: vec![false; arguments.len()],
    };
    run.classify()?;
    let rest = run.consume()?;
    let missing: Vec<&str> = arguments
        .iter()
        .zip(&run.seen)
        .filter(|(argument, seen)| argument.required && !**seen)
        .map(|(argument, _)| argument.name.as_str())
        .collect();
    if !missing.is_empty() {
        return Err(Stop::Problem(format!(
            "the following arguments are required: {}",
            missing.join(", ")
        )));
    }
    Ok((run.parsed, rest))
}

/// What a word looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// An option, if it is a known one its place in the table, and the value after `=`.
    Option(Option<usize>, Option<String>),
    /// The first `--`.
    Dashes,
    /// Anything else.
    Word,
}

struct Run<'a> {
    arguments: &'a [Argument<'a>],
    words: &'a [String],
    kinds: Vec<Kind>,
    parsed: Parsed,
    seen: Vec<bool>,
}

impl Run<'_> {
    fn classify(&mut self) -> Result<(), Stop> {
        let mut options_end = false;
        for word in self.words {
            let kind = if options_end {
                Kind::Word
            } else if word == "--" {
                options_end = true;
                Kind::Dashes
            } else {
                self.kind(word)?
            };
            self.kinds.push(kind);
        }
        Ok(())
    }

    fn kind(&self, word: &str) -> Result<Kind, Stop> {
        if !word.starts_with('-') || word.len() == 1 {
            return Ok(Kind::Word);
        }
        let place = |name: &str| {
            self.arguments
                .iter()
                .position(|a| a.is_option() && a.name == name)
        };
        if let Some(index) = place(word) {
            return Ok(Kind::Option(Some(index), None));
        }
        let (stem, value) = match word.split_once('=') {
            Some((stem, value)) => (stem, Some(value.to_owned())),
            None => (word, None),
        };
        if let Some(index) = place(stem).filter(|_| value.is_some()) {
            return Ok(Kind::Option(Some(index), value));
        }
        if word.starts_with("--") {
            let starts = |(index, argument): (usize, &Argument<'_>)| {
                (argument.is_option() && argument.name.starts_with(stem)).then_some(index)
            };
            let found: Vec<usize> = self
                .arguments
                .iter()
                .enumerate()
                .filter_map(starts)
                .collect();
            match found[..] {
                [] => {}
                [index] => return Ok(Kind::Option(Some(index), value)),
                _ => {
                    let names: Vec<&str> = found
                        .iter()
                        .map(|&index| self.arguments[index].name.as_str())
                        .collect();
                    return Err(Stop::Problem(format!(
                        "ambiguous option: {word} could match {}",
                        names.join(", ")
                    )));
                }
            }
        }
        if is_negative_number(word) || word.contains(' ') {
            return Ok(Kind::Word);
        }
        Ok(Kind::Option(None, None))
    }

    fn consume(&mut self) -> Result<Vec<String>, Stop> {
        let mut operands: Vec<usize> = (0..self.arguments.len())
            .filter(|&index| !self.arguments[index].is_option())
            .collect();
        let mut rest = Vec::new();
        let mut at = 0;
        while let Some(next) =
            (at..self.kinds.len()).find(|&index| matches!(self.kinds[index], Kind::Option(..)))
        {
            if at != next {
                let end = self.consume_operands(&mut operands, at)?;
                if end > at {
                    at = end;
                    continue;
                }
            }
            rest.extend_from_slice(&self.words[at..next]);
            at = self.consume_option(next, &mut rest)?;
        }
        let end = self.consume_operands(&mut operands, at)?;
        rest.extend_from_slice(&self.words[end..]);
        Ok(rest)
    }

    fn consume_option(&mut self, at: usize, rest: &mut Vec<String>) -> Result<usize, Stop> {
        let Kind::Option(found, value) = self.kinds[at].clone() else {
            return Ok(at + 1);
        };
        let Some(index) = found else {
            rest.push(self.words[at].clone());
            return Ok(at + 1);
        };
        let argument = &self.arguments[index];
        if let Some(value) = value {
            if argument.count == Count::Zero {
                return Err(problem(
                    argument,
                    &format!("ignored explicit argument {}", python::quoted(&value)),
                ));
            }
            self.take(index, &[value])?;
            return Ok(at + 1);
        }
        let available = self.kinds[at + 1..]
            .iter()
            .take_while(|kind| **kind == Kind::Word)
            .count();
        let taken = match (argument.count, available) {
            (Count::Zero, _) => 0,
            (Count::One, 0) => return Err(problem(argument, "expected one argument")),
            (Count::One, _) => 1,
            (Count::Optional, _) => available.min(1),
            (Count::Any, _) => available,
        };
        self.take(index, &self.words[at + 1..at + 1 + taken])?;
        Ok(at + 1 + taken)
    }

    /// Gives operands their words from `at` on: as many operands as can be satisfied.
    fn consume_operands(&mut self, operands: &mut Vec<usize>, at: usize) -> Result<usize, Stop> {
        let pattern = &self.kinds[at..];
        let counts = |count: usize| {
            operands[..count]
                .iter()
                .map(|&index| self.arguments[index].count)
                .collect::<Vec<_>>()
        };
        let Some(lengths) = (1..=operands.len())
            .rev()
            .find_map(|count| lengths(&counts(count), pattern))
        else {
            return Ok(at);
        };
        let mut start = at;
        for (index, length) in operands.drain(..lengths.len()).zip(lengths) {
            let mut words = self.words[start..start + length].to_vec();
            if let Some(dashes) = words.iter().position(|word| word == "--") {
                words.remove(dashes);
            }
            start += length;
            self.take(index, &words)?;
        }
        Ok(start)
    }

    fn take(&mut self, index: usize, words: &[String]) -> Result<(), Stop> {
        let argument = &self.arguments[index];
        self.seen[index] = true;
        if let Some(choices) = argument.choices {
            for word in words {
                if !choices.has(word) {
                    let word_shown = python::quoted(word);
                    let message = match choices {
                        Choices::Whole => format!("invalid int value: {word_shown}"),
                        Choices::Real => format!("invalid float value: {word_shown}"),
                        _ => invalid_choice(word, &choices.closest(word)),
                    };
                    return Err(problem(argument, &message));
                }
            }
        }
        let given = match (argument.action, argument.count) {
            (Action::Version, _) => return Err(Stop::Version),
            (Action::On, _) => Given::Flag(true),
            (Action::Off, _) => Given::Flag(false),
            (Action::Store, Count::Any) => Given::Words(words.to_vec()),
            (Action::Store, _) => match (words.first(), argument.fallback) {
                (Some(word), _) => Given::Word(word.clone()),
                (None, Some(fallback)) => Given::Word(fallback.to_owned()),
                (None, None) => return Ok(()),
            },
        };
        self.parsed.set(&argument.key, given);
        Ok(())
    }
}

fn problem(argument: &Argument<'_>, message: &str) -> Stop {
    Stop::Problem(format!("argument {}: {message}", argument.name))
}

fn invalid_choice(word: &str, closest: &[String]) -> String {
    let mut message = format!("Found invalid choice '{word}'\n");
    if !closest.is_empty() {
        message.push_str("\nMaybe you meant:\n\n");
        let lines: Vec<String> = closest.iter().map(|name| format!("  * {name}")).collect();
        message.push_str(&lines.join("\n"));
    }
    message
}

fn is_negative_number(word: &str) -> bool {
    let word = python::with_ascii_digits(word);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    word.strip_prefix('-')
        .is_some_and(|number| match number.split_once('.') {
            None => !number.is_empty() && digits(number),
            Some((whole, fraction)) => digits(whole) && !fraction.is_empty() && digits(fraction),
        })
}

/// How many words each operand takes at the start of the pattern, each as many as it can.
fn lengths(counts: &[Count], pattern: &[Kind]) -> Option<Vec<usize>> {
    let Some((count, others)) = counts.split_first() else {
        return Some(Vec::new());
    };
    let most = match count {
        Count::Zero => 0,
        Count::One | Count::Optional => 1,
        Count::Any => usize::MAX,
    };
    let mut words = 0;
    let within = |kind: &&Kind| match kind {
        Kind::Option(..) => false,
        Kind::Dashes => true,
        Kind::Word => {
            words += 1;
            words <= most
        }
    };
    let reach = pattern.iter().take_while(within).count();
    for length in (0..=reach).rev() {
        let words = pattern[..length]
            .iter()
            .filter(|kind| **kind == Kind::Word)
            .count();
        let fits = match count {
            Count::Zero => words == 0,
            Count::One => words == 1,
            Count::Optional => words <= 1,
            Count::Any => true,
        };
        if fits && let Some(mut rest) = lengths(others, &pattern[length..]) {
            rest.insert(0, length);
            return Some(rest);
        }
    }
    None
}
