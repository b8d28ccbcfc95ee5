//! Whether the Mini App can be opened where people's Telegram opens it.

use url::Url;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{Page, Ports};

pub(super) const CHECK: Check = Check::new("mini_app", Group::Settings, |ports| {
    Box::pin(look(ports))
});

reasons! {
    NotSet = "not_set",
    NotHttps = "not_https",
    NotReached = "not_reached",
    Refused = "refused",
    Redirected = "redirected",
    HeaderMissing = "header_missing",
    NotFramed = "not_framed",
}

const ABOUT: &str = "mini app";

/// What Sesame sends with every page, and a proxy must not take away.
const NEEDED: [&str; 4] = [
    "content-security-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-request-id",
];

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(app) = &ports.mini_app else {
        return Vec::new();
    };
    let Some(url) = &app.url else {
        return vec![not_set()];
    };
    if app.must_be_https && url.scheme() != "https" {
        return vec![not_https(url)];
    }
    vec![match app.pages.get(url).await {
        Ok(page) => verdict(url, &page),
        Err(error) => Finding::warning(
            ABOUT,
            Why::NotReached,
            format!("{url} is not reached from here: {error}"),
            "does Sesame run, and does the proxy lead to it? If people reach it and only this \
             machine does not (a router that does not lead back), all is well",
        ),
    }]
}

fn not_set() -> Finding {
    Finding::bad(
        ABOUT,
        Why::NotSet,
        "PUBLIC_URL is not set: the bot has no button that opens the app",
        "put a proxy with a certificate in front, and set PUBLIC_URL to its https address",
    )
}

fn not_https(url: &Url) -> Finding {
    Finding::bad(
        ABOUT,
        Why::NotHttps,
        format!("{url} is no https address: Telegram opens no other"),
        "put a proxy with a certificate in front, and set PUBLIC_URL to its address",
    )
}

fn verdict(url: &Url, page: &Page) -> Finding {
    if let Some(leads_to) = &page.leads_to {
        return Finding::bad(
            ABOUT,
            Why::Redirected,
            format!("{url} leads on to {leads_to}: Telegram lets the app act only where it was opened"),
            "set PUBLIC_URL to the address it leads to, or take the redirection away",
        );
    }
    if page.status != 200 {
        return Finding::bad(
            ABOUT,
            Why::Refused,
            format!("{url} is answered with {}", page.status),
            "does the proxy lead to Sesame, with the path of PUBLIC_URL or without it?",
        );
    }
    let missing: Vec<_> = NEEDED.iter().filter(|it| page.header(it).is_none()).collect();
    if let [first, ..] = missing[..] {
        return Finding::bad(
            ABOUT,
            Why::HeaderMissing,
            format!("{url} comes without the header {first} that Sesame sends"),
            "is it Sesame that answers there? If so, have the proxy leave its headers alone",
        );
    }
    if page.header("x-frame-options").is_some() {
        return Finding::bad(
            ABOUT,
            Why::NotFramed,
            format!("{url} comes with X-Frame-Options, which the proxy adds: Telegram Web cannot show it"),
            "have the proxy leave that header out: the page's own policy says who may frame it",
        );
    }
    Finding::good(ABOUT, format!("{url} opens, with all of its headers"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::finding::Verdict;

    fn page(status: u16, leads_to: Option<&str>, without: &str, with: &str) -> Page {
        let names = NEEDED.into_iter().filter(|it| *it != without);
        let names = names.chain(Some(with).filter(|it| !it.is_empty()));
        Page {
            status,
            leads_to: leads_to.map(str::to_owned),
            headers: names.map(|it| (it.to_owned(), "there".to_owned())).collect(),
        }
    }

    #[rstest]
    #[case(page(200, None, "", ""), "good")]
    #[case(page(502, None, "", ""), "refused")]
    #[case(page(404, None, "", ""), "refused")]
    #[case(page(301, Some("https://www.example.org/app"), "", ""), "redirected")]
    #[case(page(200, None, "content-security-policy", ""), "header_missing")]
    #[case(page(200, None, "x-request-id", ""), "header_missing")]
    #[case(page(200, None, "", "x-frame-options"), "not_framed")]
    fn what_a_proxy_can_do_wrong_is_named(#[case] page: Page, #[case] reason: &str) {
        let url = Url::parse("https://example.org/app").unwrap();
        let finding = verdict(&url, &page);
        assert_eq!(finding.reason, reason);
        assert_eq!(finding.verdict == Verdict::Good, reason == "good");
    }
}
