//! What the demo prints: headings, steps and facts; colour on a terminal only.

use std::io::Write as _;

/// The demo's output.
pub(super) struct Screen {
    colour: bool,
    steps: u32,
}

impl Screen {
    /// Output with or without colour.
    pub(super) const fn new(colour: bool) -> Self {
        Self { colour, steps: 0 }
    }

    /// A numbered step of the journey.
    pub(super) fn step(&mut self, text: &str) -> anyhow::Result<()> {
        self.steps += 1;
        let number = self.paint("1;36", &format!("{:>2}", self.steps));
        let text = self.paint("1", text);
        Self::write(&format!("\n{number}  {text}\n"))
    }

    /// A heading without a number.
    pub(super) fn heading(&mut self, text: &str) -> anyhow::Result<()> {
        Self::write(&format!("\n{}\n", self.paint("1", text)))
    }

    /// A fact below a step.
    pub(super) fn fact(&mut self, name: &str, value: &str) -> anyhow::Result<()> {
        Self::write(&format!(
            "    {} {value}\n",
            self.paint("2", &format!("{name:<12}"))
        ))
    }

    /// Something that went well, below a step.
    pub(super) fn good(&mut self, text: &str) -> anyhow::Result<()> {
        Self::write(&format!("    {}\n", self.paint("32", text)))
    }

    /// Text as it is.
    pub(super) fn plain(&mut self, text: &str) -> anyhow::Result<()> {
        let text = self.paint("0", text);
        Self::write(&format!("{text}\n"))
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn write(text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        Ok(())
    }
}
