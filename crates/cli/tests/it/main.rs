//! The command as its users meet it: the real binary, in a clean environment, against a small server.

mod aliases;
mod call_settings;
mod calls;
mod configure;
mod configure_settings;
mod credential_files;
mod credential_process;
mod documents;
mod encodings;
mod endpoints;
mod login;
mod metadata;
mod models;
mod own;
mod own_models;
mod parameters;
mod results;
mod roles;
#[path = "../../../rooms.rs"]
mod rooms;
mod serve;
mod sign_in;
mod sign_out;
mod start_order;
mod streams;
mod support;
mod terminal;
mod transport;
mod usage;

/// A file of tests that is not named above would never run.
#[test]
fn no_file_of_tests_is_forgotten() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let source = std::fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(
            module == "main" || source.contains(&format!("\nmod {module};\n")),
            "{name}"
        );
    }
}

/// The rooms of the command stand one above the other.
#[test]
fn no_folders_use_each_other_in_a_circle() {
    assert_eq!(rooms::circles(&rooms::sources("src")), [""; 0]);
}
