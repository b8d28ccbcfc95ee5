//! What is not begun, and for whom it is.

use rstest::rstest;
use sesame_test_support::terminal::Terminal;

use crate::{DONE, INTERRUPTED, WRONG_ARGUMENTS, at_rest, command, fits, someone};

#[tokio::test]
async fn without_a_terminal_it_says_so_and_does_nothing() {
    let server = at_rest().await;
    for arguments in [
        &[][..],
        &["--qr"],
        &["--phone"],
        &["--phone", "+4930901820"],
    ] {
        let said = command(&server, 7, arguments).run().await.unwrap();
        let code = i32::try_from(WRONG_ARGUMENTS).unwrap();
        assert_eq!(said.status.code(), Some(code), "{said:?}");
        assert!(
            said.complained().contains("run it in a terminal"),
            "{said:?}"
        );
        assert!(said.out.is_empty() && !said.err.contains("4930901820"));
    }
}

#[rstest]
#[case::off(&["--as", "7", "--phone"], &[("PHONE_LOGIN", "off")], "PHONE_LOGIN=off")]
#[case::no_one(&[], &[], "with `--as PERSON_ID`")]
#[case::no_operator_of_the_tenant(&[], &[("OPERATORS", "7:owner@harbour")], "with `--as PERSON_ID`")]
#[case::no_number(&["--as", "7", "--phone", "12345"], &[], "not a whole number yet")]
#[case::no_id(&["--as", "ada"], &[], "a Telegram id: digits alone")]
#[case::both(&["--as", "7", "--qr", "--phone"], &[], "cannot be used with")]
#[case::no_tenant(&["--as", "7", "--tenant", "harbour"], &[], "there is no tenant harbour")]
#[tokio::test]
async fn what_cannot_be_done_is_said(
    #[case] arguments: &[&str],
    #[case] settings: &[(&str, &str)],
    #[case] words: &str,
) {
    let server = at_rest().await;
    let all = ["login"].into_iter().chain(arguments.iter().copied());
    let mut program = server.program.instead(all);
    for (name, value) in settings {
        program = program.set(name, *value);
    }
    let mut terminal = Terminal::run(&program).unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        WRONG_ARGUMENTS,
        "{}",
        terminal.screen()
    );
    terminal.shows(words).await.unwrap();
    assert!(
        !terminal.screen().contains("12345"),
        "{}",
        terminal.screen()
    );
    fits(&terminal);
}

#[tokio::test]
async fn an_operator_is_known_by_the_settings() {
    let server = at_rest().await;
    let (one, other) = (someone(&server, 1).await.id, someone(&server, 1).await.id);
    let alone = format!("{one}:owner {other}:viewer@harbour");
    let program = server.program.instead(["login"]).set("OPERATORS", alone);
    let mut terminal = Terminal::run(&program).unwrap();
    terminal
        .shows(&format!("with the account {one}"))
        .await
        .unwrap();
    terminal.interrupt().unwrap();
    assert_eq!(terminal.ended().await.unwrap(), INTERRUPTED);

    // Of several, one is chosen.
    let both = format!("{one}:owner {other}:viewer");
    let program = server.program.instead(["login"]).set("OPERATORS", both);
    let mut terminal = Terminal::run(&program).unwrap();
    terminal.shows("Who are you?").await.unwrap();
    fits(&terminal);
    terminal.press("\x1b[B").unwrap();
    terminal.enter("").unwrap();
    terminal
        .shows(&format!("with the account {other}"))
        .await
        .unwrap();
    let code = terminal.code_after(None).await.unwrap();
    server.phones.scan(other, &code).await.unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        DONE,
        "{}",
        terminal.screen()
    );
    server.devices(other, 1).await.unwrap();
}
