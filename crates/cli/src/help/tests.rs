//! What every page of help holds to.

use signback_wire::BUILTIN;

use super::*;
use crate::arguments::operation::options;
use crate::commands::meaning;
use crate::commands::own::OWN_NAME;
use crate::commands::tools::TOOLS;
use crate::terminal::columns::width;

fn every_operation(check: impl Fn(&Service, &Operation)) {
    for name in BUILTIN {
        let service = Service::builtin(name).unwrap();
        for operation in service.operations() {
            check(service, operation);
        }
    }
}

fn page(columns: usize, service: &Service, operation: &Operation) -> String {
    let mut page = Page::new(false, columns);
    operation::write(&mut page, "aws", service, operation);
    page.into_text()
}

fn is_tidy(name: &str, text: &str, columns: usize) {
    assert!(
        !text.contains("\n\n\n") && text.ends_with('\n') && !text.ends_with("\n\n"),
        "{name}"
    );
    for line in text.lines() {
        assert!(
            width(line) <= columns && line.trim_end() == line,
            "{name}: {line:?}"
        );
    }
}

#[test]
fn every_page_fits_its_columns() {
    every_operation(|service, operation| {
        is_tidy(&operation.name, &page(80, service, operation), 80);
        is_tidy(&operation.name, &page(30, service, operation), 30);
    });
    for name in BUILTIN {
        let mut page = Page::new(false, 80);
        write_service(&mut page, "aws", Service::builtin(name).unwrap());
        is_tidy(name, &page.into_text(), 80);
    }
    for (name, _) in topics() {
        let mut page = Page::new(false, 80);
        topics::write(&mut page, name);
        is_tidy(name, &page.into_text(), 80);
    }
    for tool in TOOLS.iter().map(Some).chain([None]) {
        let mut page = Page::new(false, 80);
        tools::write(&mut page, "aws", tool);
        is_tidy(
            tool.map_or("configure", |tool| tool.name),
            &page.into_text(),
            80,
        );
    }
    let mut page = Page::new(false, 80);
    write_top(&mut page, OWN_NAME);
    is_tidy("index", &page.into_text(), 80);
}

#[test]
fn every_page_has_its_sections_in_order_and_every_option() {
    every_operation(|service, operation| {
        let text = page(80, service, operation);
        let mut rest = text.as_str();
        for title in [
            "NAME",
            "DESCRIPTION",
            "SYNOPSIS",
            "OPTIONS",
            "GLOBAL OPTIONS",
            "EXAMPLES",
            "OUTPUT",
        ] {
            let heading = format!("{title}\n");
            let at = rest
                .find(&heading)
                .unwrap_or_else(|| panic!("{}: {title}", operation.name));
            rest = &rest[at + heading.len()..];
        }
        for option in options(service, operation)
            .iter()
            .filter(|option| option.documented)
        {
            let heading = format!("\n       --{} ", option.name);
            let told_together = option.name.starts_with("no-") || option.name == "cli-input-yaml";
            assert!(
                told_together || text.contains(&heading),
                "{}: {}",
                operation.name,
                option.name
            );
        }
    });
}

#[test]
fn a_structure_is_shown_with_limits_members_and_both_forms() {
    let service = Service::builtin("connect").unwrap();
    let text = page(80, service, service.operation("StartChatContact").unwrap());
    let start = text.find("       --participant-details (").unwrap();
    let end = text.find("       --participant-configuration (").unwrap();
    let part = text[start..end].replace("\n       ", "\n");
    insta::assert_snapshot!(part.trim(), @r#"
    --participant-details (structure) [required]
       DisplayName -> (string) [required]
           Constraints:
           * min: 1
           * max: 256

    Shorthand Syntax:
       DisplayName=string

    JSON Syntax:
       {
         "DisplayName": "string"
       }
    "#);
}

#[test]
fn the_page_of_the_operation_that_this_is_about_explains_everything() {
    let service = Service::builtin("connect").unwrap();
    let operation = service
        .operation("UpdateParticipantAuthentication")
        .unwrap();
    let text = page(80, service, operation);
    for part in [
        "--state (string) [required]\n          The \"state\" parameter",
        "* max: 1000",
        "* pattern: ^[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]*$",
        "--code abc",
        "--error access_denied",
        "From the query string of a redirect, in bash:",
        "EXIT STATUS",
        "OUTPUT\n       None\n",
    ] {
        assert!(text.contains(part), "{part}");
    }
    for member in service.input(operation).unwrap().members() {
        assert!(
            meaning::parameter(&member.name).is_some(),
            "{}",
            member.name
        );
    }
}
