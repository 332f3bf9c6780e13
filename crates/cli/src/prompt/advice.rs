//! What the prompt shows for its line: suggestions, documentation, a sample of the result.

use signback_wire::{Operation, Service};

use super::editor::Editor;
use super::frame::{Advice, WIDE};
use crate::commands::context::Context;
use crate::completion::{self, Matching, Suggestion};
use crate::input::skeleton;
use crate::output;
use crate::output::query;
use crate::python::words::unfinished;
use crate::session::Session;
use crate::terminal::columns::{broken, width};
use crate::terminal::paint::Colour;

/// The fewest columns that documentation is laid out in.
const COLUMNS_MIN: usize = 20;
/// The most lines of a sample.
const SAMPLE_LINES_MAX: usize = 1000;

/// Looks up what to show, and remembers what takes long to make.
pub(super) struct Advisor<'a> {
    pub(super) session: &'a Session,
    advice: Advice,
    /// What the documentation is about, and its width.
    about: Option<(Vec<String>, usize)>,
    /// The option that the documentation was scrolled to.
    shown_option: String,
}

impl<'a> Advisor<'a> {
    pub(super) fn new(session: &'a Session) -> Self {
        Self {
            session,
            advice: Advice::default(),
            about: None,
            shown_option: String::new(),
        }
    }

    /// Gives the editor what may stand at its cursor.
    pub(super) fn suggest(&self, editor: &mut Editor) {
        let before = editor.before_cursor();
        let found = if editor.in_history {
            past(editor.history(), before.trim_start())
        } else {
            let split = unfinished(&before);
            let mut found = completion::suggestions(
                self.session,
                &split.finished,
                &split.word,
                Matching::Anywhere,
            );
            // The prompt is open already.
            found.retain(|found| !found.word.ends_with("-cli-auto-prompt"));
            found
        };
        // A word that is complete needs no suggestion.
        let split = unfinished(&before);
        match &found[..] {
            [only] if !editor.in_history && only.word == split.word && !only.goes_on => {
                editor.suggest(Vec::new());
            }
            _ => editor.suggest(found),
        }
    }

    /// What to show on a screen of so many columns.
    pub(super) fn advice(&mut self, editor: &mut Editor, columns: usize) -> &Advice {
        let preview = editor.preview();
        let split = unfinished(&preview);
        let mut words = split.finished;
        words.extend((!split.word.is_empty()).then_some(split.word));
        self.advice.missing = completion::missing(self.session, &words);
        let finished = unfinished(&editor.before_cursor()).finished;
        let chosen = editor
            .chosen
            .and_then(|chosen| editor.suggestions().get(chosen));
        self.advice.hint = match chosen.filter(|chosen| !chosen.meaning.is_empty()) {
            Some(chosen) => format!("{} {}", chosen.shown, chosen.meaning),
            None => completion::hint(self.session, &finished),
        };
        let context = Context::of(self.session, &words);
        if editor.documentation.shown == Some(true) {
            let columns = if columns >= WIDE {
                columns - columns / 2
            } else {
                columns
            };
            self.document(editor, &words, &context, columns.max(COLUMNS_MIN));
        }
        if editor.output.shown == Some(true) {
            self.advice.output = sample(self.session, &context);
        }
        &self.advice
    }

    fn document(
        &mut self,
        editor: &mut Editor,
        words: &[String],
        context: &Context<'_>,
        columns: usize,
    ) {
        let about = (context.operands.iter().take(2).cloned().collect(), columns);
        if self.about.as_ref() != Some(&about) {
            let page = completion::page(self.session, words, columns);
            self.advice.documentation = page
                .lines()
                .flat_map(|line| broken(line, columns).into_iter().map(str::to_owned))
                .inspect(|line| debug_assert!(width(line) <= columns))
                .collect();
            self.about = Some(about);
            self.shown_option.clear();
            editor.documentation.scrolled = 0;
        }
        let option = context.given.last().map_or("", |(name, _)| name);
        if self.shown_option != option {
            option.clone_into(&mut self.shown_option);
            let heading = format!("--{option} ");
            let line = self
                .advice
                .documentation
                .iter()
                .position(|line| line.trim_start().starts_with(&heading) && line.contains('('));
            if let Some(line) = line {
                editor.documentation.scrolled = line;
            }
        }
    }
}

/// The commands of the past that fit what is typed, the newest first.
fn past(history: &[String], typed: &str) -> Vec<Suggestion> {
    let mut found: Vec<Suggestion> = Vec::new();
    for command in history.iter().rev().map(|command| command.trim()) {
        if !command.is_empty() && !found.iter().any(|known| known.word == command) {
            found.push(Suggestion::new(command, ""));
        }
    }
    completion::fitting(found, typed)
}

/// A sample of what the command would print.
fn sample(session: &Session, context: &Context<'_>) -> Vec<String> {
    let (Some(service), Some(operation)) = (context.service, context.operation) else {
        return vec!["There is no command yet.".to_owned()];
    };
    let text = sample_text(session, context, service, operation)
        .unwrap_or_else(|problem| format!("There is no sample: {problem}"));
    if text.is_empty() {
        return vec!["The command prints nothing.".to_owned()];
    }
    let lines = text.lines().take(SAMPLE_LINES_MAX);
    lines.map(|line| line.replace('\t', "  ")).collect()
}

fn sample_text(
    session: &Session,
    context: &Context<'_>,
    service: &Service,
    operation: &Operation,
) -> Result<String, String> {
    let told = |failure: crate::failure::Failure| failure.message();
    let format = match context.value("output") {
        Some(format) => format,
        None => session.output().map_err(told)?,
    };
    let result = skeleton::sample(service, operation);
    let shown = query::apply(context.value("query"), &result).map_err(told)?;
    output::render(format, &operation.name, &shown, Colour::Off).map_err(told)
}
