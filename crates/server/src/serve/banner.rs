//! What a start says on a terminal: where to look, as whom to sign in, and what a shell needs.

use std::fmt::Write as _;

use super::Running;

impl Running {
    /// A few lines about the service, for people.
    #[must_use]
    pub fn banner(&self) -> String {
        let ready = |name: &str| self.ready.text(name).unwrap_or_default();
        let mut text = format!("Signback serves on {}\n\n", ready("url"));
        let mut line = |name: &str, fact: &str| {
            let _ = writeln!(text, "  {name:<12}{fact}");
        };
        if self.app.demo.get().is_some() {
            line("demo page", &format!("{}/demo", ready("url")));
        }
        if let (Some(user), Some(password)) =
            (self.ready.text("username"), self.ready.text("password"))
        {
            line("sign in as", &format!("{user} with password {password}"));
        }
        if let Some(admin) = self.admin_address {
            line("admin", &format!("{admin}, for metrics and controls"));
        }
        line("ready file", &self.ready_file.display().to_string());
        text.push('\n');
        text.push_str(&self.ready.exports());
        text
    }
}
