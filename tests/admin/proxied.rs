//! What a browser sees of what is on the way to it.

use rstest::rstest;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::nginx::{Handing, Nginx};

use crate::looks::Looks;
use crate::{server_with, sign_in};

/// As nginx does when it is told not to heed that answers are not to be buffered.
const BUFFERED: &str = "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;";

#[rstest]
#[case::as_it_comes("", "ms later")]
#[case::buffered(BUFFERED, "held back")]
#[tokio::test]
async fn whether_a_proxy_holds_events_back_is_seen(#[case] rules: &str, #[case] seen: &str) {
    let mut proxy = Nginx::below("sesame").unwrap();
    let public = proxy.url();
    let server = server_with("viewer", |sesame| sesame.set("PUBLIC_URL", &public)).await;
    proxy
        .serve_by(server.base(), Handing::Kept, rules)
        .await
        .unwrap();
    let browser = Browser::start(Window::Desktop, Scheme::Light)
        .await
        .unwrap();
    sign_in(&server, &browser).await;
    browser
        .goto(format!("{public}admin/diagnostics"))
        .await
        .unwrap();
    browser.says("[data-seen=live]", seen).await.unwrap();
    let origin = public.trim_end_matches("/sesame/");
    browser.says("[data-seen=origin]", origin).await.unwrap();
    let others = [
        ("clock", "as the server’s"),
        ("https", "not encrypted"),
        ("headers", "all there"),
    ];
    for (what, words) in others {
        let cell = format!("[data-seen={what}]");
        browser.says(&cell, words).await.unwrap();
    }
    let support = browser
        .shown("#support")
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let live = if seen == "held back" {
        "warning"
    } else {
        "good"
    };
    assert!(
        support.contains(&format!("browser live: {live}")),
        "{support}"
    );
    assert!(!support.contains("127.0.0.1"), "{support}");
    Looks::of(&browser).at("diagnostics-proxied").await;
}
