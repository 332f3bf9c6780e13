//! The folders of the crate stand one above the other.

#[path = "../../rooms.rs"]
mod rooms;

#[test]
fn no_folders_use_each_other_in_a_circle() {
    assert_eq!(rooms::circles(&rooms::sources("src")), [""; 0]);
}
