//! Leaving half-way, by whatever way.

use rstest::rstest;

use crate::{
    HUNG_UP, INTERRUPTED, Point, TERMINATED, at_rest, bring, fits, keys_of, linked, login,
    nothing_is_left,
};

#[rstest]
#[case::at_the_code(Point::Code)]
#[case::at_the_number(Point::Number)]
#[case::at_the_code_that_was_sent(Point::SentCode)]
#[case::at_the_password(Point::Password)]
#[tokio::test]
async fn ctrl_c_leaves_nothing_at_telegram(#[case] point: Point) {
    let server = at_rest().await;
    let (mut terminal, person) = bring(&server, point).await;
    terminal.interrupt().unwrap();
    assert_eq!(
        terminal.ended().await.unwrap(),
        INTERRUPTED,
        "{}",
        terminal.screen()
    );
    terminal
        .shows("nothing of the login is left at Telegram")
        .await
        .unwrap();
    assert_eq!(terminal.code(), None);
    assert!(terminal.echoes(), "{point:?}");
    fits(&terminal);
    nothing_is_left(&server, person).await;
    assert!(linked(&server).await.contains("No account is linked"));
}

/// From outside, or because the window was closed, while a question reads the keys.
#[rstest]
#[case::ended("TERM", TERMINATED)]
#[case::closed("HUP", HUNG_UP)]
#[tokio::test]
async fn a_signal_leaves_the_terminal_as_it_was(#[case] signal: &str, #[case] code: u32) {
    let server = at_rest().await;
    let (mut terminal, person) = bring(&server, Point::Password).await;
    assert!(!terminal.echoes());
    terminal.signal(signal).unwrap();
    assert_eq!(terminal.ended().await.unwrap(), code);
    assert!(terminal.echoes());
    nothing_is_left(&server, person).await;
}

#[tokio::test]
async fn what_a_killed_process_leaves_the_next_one_ends() {
    let server = at_rest().await;
    let (mut terminal, person) = bring(&server, Point::Password).await;
    terminal.signal("KILL").unwrap();
    terminal.ended().await.unwrap();
    assert!(keys_of(&server, person).await > 0);
    let mut next = login(&server, person, &["--phone"]);
    next.shows("Phone number:").await.unwrap();
    next.interrupt().unwrap();
    assert_eq!(next.ended().await.unwrap(), INTERRUPTED);
    nothing_is_left(&server, person).await;
}
