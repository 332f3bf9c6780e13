//! Every kind of job that the crate's sources name is in its table.

#[path = "../../rooms.rs"]
mod rooms;

#[test]
fn no_kind_of_job_is_forgotten() {
    let table: Vec<&str> = signback_connect::JOBS
        .iter()
        .map(|task| task.kind())
        .collect();
    let mut named = Vec::new();
    for source in rooms::sources("src").into_values() {
        let kinds = source.split("Kind::new(\"").skip(1);
        named.extend(kinds.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()));
    }
    assert_eq!(named.len(), table.len());
    for kind in named {
        assert!(table.contains(&&*kind), "{kind} is in no line of the table");
    }
}
