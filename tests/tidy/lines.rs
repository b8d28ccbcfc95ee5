//! What no line of code may do.

use super::{files, read, root, short};

/// A path has letters that mean something in an address.
#[test]
fn no_path_is_put_into_an_address_as_text() {
    // Put together here, so that this file does not trip over itself.
    let beginnings = ["sqlite:", "file:"].map(|scheme| format!("(\"{scheme}"));
    for path in files(root(), &["rs"]) {
        for (number, line) in read(&path).lines().enumerate() {
            let put = line.contains("{}") || line.contains(".display()");
            let found = beginnings.iter().any(|begins| line.contains(begins));
            assert!(
                !(put && found) || short(&path) == "tests/support/src/sqlite.rs",
                "{}:{}: {line}",
                short(&path),
                number + 1
            );
        }
    }
}

/// What an error says of itself often leaves the reason to its cause.
#[test]
fn errors_are_logged_with_their_reason() {
    let crates = [
        "bot", "checks", "custody", "sessions", "src", "store", "webapp", "words", "work",
    ];
    for path in crates
        .iter()
        .flat_map(|it| files(&root().join(it), &["rs"]))
    {
        for (number, line) in read(&path).lines().enumerate() {
            let bare = line.contains("%error") || line.contains("as &dyn std::error::Error");
            assert!(
                !bare,
                "{}:{}: log `error = %Reason::of(&error)`",
                short(&path),
                number + 1
            );
        }
    }
}
