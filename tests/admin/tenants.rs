//! Tenants that are added on the page: bots beside the first one, in one program.

use reqwest::Method;
use sesame_test_support::browser::{Browser, Scheme, Window};
use sesame_test_support::guest::Guest;
use sesame_test_support::nodes::Nodes;
use sesame_test_support::other_bot::OtherBot;
use sesame_test_support::terminal::Terminal;
use sesame_test_support::test_server::TestServer;
use sesame_test_support::wait::poll;

use crate::looks::Looks;
use crate::{BINARY, OPERATOR, PATIENCE, confirm, mara, server, sign_in};

async fn goto(server: &TestServer, browser: &Browser, path: &str) {
    let address = format!("{}/admin/{path}", server.base());
    browser.goto(address).await.unwrap();
}

/// The page of the tenant, once it is so.
async fn stands(server: &TestServer, browser: &Browser, word: &str) {
    let stands = poll(PATIENCE, async || {
        goto(server, browser, "tenants/harbour").await;
        browser.says("h1", "harbour").await.ok()?;
        let script = "return document.querySelector('.lede').textContent";
        let says = browser.execute(script, vec![]).await.ok()?;
        let says: String = says.convert().ok()?;
        says.contains(word).then_some(())
    });
    assert!(stands.await.is_some(), "it is not {word}");
}

/// Fills in the form and sends it.
async fn add(browser: &Browser, name: &str, token: &str) {
    browser.fill("#name", name).await.unwrap();
    browser.fill("#token", token).await.unwrap();
    browser.fill("#reason", "the reading circle").await.unwrap();
    let send = "form[action$='/tenants'] .tools .button";
    browser.click(send).await.unwrap();
}

/// Presses what can be done, with a reason.
async fn press(browser: &Browser, what: &str) {
    let reason = format!("#reason-{what}");
    browser.fill(&reason, "tried out").await.unwrap();
    let button = format!("form[action$='/{what}'] .button");
    browser.click(&button).await.unwrap();
}

/// A program with a second tenant, whose bot answers.
async fn with_harbour() -> (TestServer, Browser, OtherBot) {
    let server = server("owner").await;
    let other = server.make_bot("harbour_bot").await.unwrap();
    let browser = Browser::start(Window::Desktop, Scheme::Light);
    let browser = browser.await.unwrap();
    sign_in(&server, &browser).await;
    goto(&server, &browser, "tenants").await;
    add(&browser, "harbour", other.token()).await;
    browser.says(".said", "every node starts it").await.unwrap();
    stands(&server, &browser, "works").await;
    (server, browser, other)
}

#[tokio::test]
async fn a_tenant_is_added_and_works_at_once_with_what_is_its_own() {
    let (server, browser, other) = with_harbour().await;
    let looks = Looks::of(&browser);
    // What is wrong is said where it is.
    goto(&server, &browser, "tenants").await;
    add(&browser, "pier", "77:not-a-token").await;
    browser.says("#about-token", "token").await.unwrap();
    browser.says(".said--bad", "not added").await.unwrap();
    looks.at("tenants-refused").await;
    add(&browser, "pier", other.token()).await;
    browser
        .says("#about-token", "is the tenant harbour already")
        .await
        .unwrap();
    stands(&server, &browser, "works").await;
    browser.fill("#set-LOGINS_PER_DAY", "1").await.unwrap();
    browser
        .fill("#set-WELCOME", "The reading circle of Harbour Street.")
        .await
        .unwrap();
    browser.fill("#reason", "a small circle").await.unwrap();
    let keep = "form[action$='/settings'] .tools .button";
    browser.click(keep).await.unwrap();
    browser.says(".said", "It is kept").await.unwrap();
    looks.at("tenant").await;
    stands(&server, &browser, "works").await;

    // People link accounts through each bot, and hear of it from that one.
    let theirs = other.linked(1).await.unwrap();
    assert!(theirs.app.base().ends_with("/t/harbour"));
    let welcome = other.phones.hears(theirs.person.id, "Harbour Street");
    welcome.await.unwrap();
    let ours = server.linked(1).await.unwrap();
    let heard = server.phones.hears(ours.person.id, "linked").await;
    heard.unwrap();
    // Neither sees anything of the other's, and each has limits of its own.
    for (app, base) in [(&theirs.app, server.base()), (&ours.app, theirs.app.base())] {
        let there = app.at(base);
        let seen = there
            .ask(Method::GET, "/api/v1/accounts", None)
            .await
            .unwrap();
        assert_eq!(seen.status, 401, "{}", seen.text);
    }
    // Whoever asks for all accounts gets those of each.
    let check = server.program.instead(["accounts", "check"]);
    let said = check.run().await.unwrap();
    for tenant in ["default", "harbour"] {
        let words = format!("Checked of {tenant}: 1 account works");
        assert!(said.answered().contains(&words), "{said:?}");
    }
    let again = other.guest(1).await.unwrap();
    let login = again.app.begin().await.unwrap();
    let path = format!("/api/v1/logins/{login}");
    again.app.ask(Method::DELETE, &path, None).await.unwrap();
    let login = again.app.begin().await.unwrap();
    again.app.reaches(&login, &["failed"]).await.unwrap();

    // What is counted says of whom.
    let metrics = ours.app.at(server.base());
    let metrics = metrics.ask(Method::GET, "/metrics", None).await.unwrap();
    let counted = metrics
        .text
        .lines()
        .filter(|line| line.starts_with("sesame_logins_succeeded_total{") && line.ends_with(" 1"));
    assert_eq!(counted.count(), 2, "{}", metrics.text);
    let mut series: Vec<_> = metrics
        .text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.rsplit_once(' ').unwrap().0)
        .collect();
    let all = series.len();
    series.sort_unstable();
    series.dedup();
    assert_eq!(series.len(), all, "a series stands there twice");
    let hidden = theirs.app.ask(Method::GET, "/metrics", None).await.unwrap();
    assert_eq!(hidden.status, 404);
}

/// From the command line, by the rules of that tenant.
#[tokio::test]
async fn whoever_logs_in_on_the_command_line_says_for_which_tenant() {
    let (mut server, browser, other) = with_harbour().await;
    goto(&server, &browser, "tenants/harbour").await;
    browser.fill("#set-PHONE_LOGIN", "off").await.unwrap();
    browser.fill("#reason", "codes only").await.unwrap();
    let keep = "form[action$='/settings'] .tools .button";
    browser.click(keep).await.unwrap();
    browser.says(".said", "It is kept").await.unwrap();
    let person = other.guest(2).await.unwrap().person.id;
    server.stop("TERM").await.unwrap();
    let id = person.to_string();
    let login = ["login", "--tenant", "harbour", "--as", &id];
    let by_phone = login.into_iter().chain(["--phone"]);
    let mut terminal = Terminal::run(&server.program.instead(by_phone)).unwrap();
    assert_eq!(terminal.ended().await.unwrap(), 2, "{}", terminal.screen());
    terminal.shows("PHONE_LOGIN=off").await.unwrap();

    let mut terminal = Terminal::run(&server.program.instead(login)).unwrap();
    let code = terminal.code_after(None).await.unwrap();
    server.phones.scan(person, &code).await.unwrap();
    assert_eq!(terminal.ended().await.unwrap(), 0, "{}", terminal.screen());
    let listing = server.program.instead(["accounts", "--json"]);
    let listed = listing.must().await.unwrap();
    assert!(listed.contains("\"tenant\": \"harbour\""), "{listed}");
    // Copies of their chats are made with the sessions of their tenant.
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("copy").display().to_string();
    let copy = ["dialogs", "export", "me", &folder, "--yes", "--person", &id];
    let ours = server.program.instead(copy).run().await.unwrap();
    assert_eq!(ours.status.code(), Some(2), "{ours:?}");
    let why = format!("no account of the person {id} in the tenant default");
    assert!(ours.complained().contains(&why), "{}", ours.err);
    let theirs = copy.into_iter().chain(["--tenant", "harbour"]);
    let theirs = server.program.instead(theirs).run().await.unwrap();
    assert!(theirs.status.success(), "{}{}", theirs.out, theirs.err);
    assert!(place.path().join("copy/messages.html").exists());
    // Its node has the account, and its bot tells of it.
    server.start().await.unwrap();
    other.phones.hears(person, "linked").await.unwrap();

    stands(&server, &browser, "works").await;
    press(&browser, "pause").await;
    browser.says(".said", "falls silent").await.unwrap();
    server.stop("TERM").await.unwrap();
    let mut terminal = Terminal::run(&server.program.instead(login)).unwrap();
    assert_eq!(terminal.ended().await.unwrap(), 2, "{}", terminal.screen());
    let paused = "the tenant harbour is paused";
    terminal.shows(paused).await.unwrap();
}

#[tokio::test]
async fn a_tenant_rests_goes_on_and_outlasts_the_program_and_its_token() {
    let (mut server, browser, mut other) = with_harbour().await;
    let guest = other.linked(1).await.unwrap();
    press(&browser, "pause").await;
    browser.says(".said", "falls silent").await.unwrap();
    let shut = poll(PATIENCE, async || {
        let seen = guest
            .app
            .ask(Method::GET, "/api/v1/accounts", None)
            .await
            .ok()?;
        (seen.status == 404).then_some(())
    });
    shut.await.unwrap();
    // Whoever asks for its accounts is told why no node looks at them.
    let check = server.program.instead(["accounts", "check"]);
    let said = check.run().await.unwrap();
    assert!(!said.status.success(), "{said:?}");
    let why = "the tenant harbour is paused";
    assert!(said.complained().contains(why), "{said:?}");
    let ours = server.linked(1).await.unwrap();
    let said = check.run().await.unwrap();
    assert!(said.status.success(), "{said:?}");
    for words in [
        "Left out: the tenant harbour is paused",
        "Checked of default: 1 account works",
    ] {
        assert!(said.answered().contains(words), "{words}: {said:?}");
    }
    server.unlink(&ours).await.unwrap();
    other.phones.say(guest.person.id, "/status").await.unwrap();
    goto(&server, &browser, "tenants/harbour").await;
    press(&browser, "resume").await;
    browser.says(".said", "answers again").await.unwrap();
    // What was said meanwhile is answered.
    other.phones.hears(guest.person.id, "Ada").await.unwrap();

    server.stop("TERM").await.unwrap();
    server.start().await.unwrap();
    stands(&server, &browser, "works").await;
    let seen = guest
        .app
        .ask(Method::GET, "/api/v1/accounts", None)
        .await
        .unwrap();
    assert_eq!(seen.status, 200, "{}", seen.text);

    // Someone revokes the token: the page says so, and a new one mends it.
    other.revoke_token().await.unwrap();
    stands(&server, &browser, "fails").await;
    let ready = guest.app.at(server.base());
    let ready = ready.ask(Method::GET, "/readyz", None).await.unwrap();
    assert_eq!(ready.status, 200);
    assert!(ready.text.contains("tenant harbour: bot"), "{}", ready.text);
    browser.fill("#token", other.token()).await.unwrap();
    press(&browser, "token").await;
    browser
        .says(".said", "The new token is sealed")
        .await
        .unwrap();
    stands(&server, &browser, "works").await;
    other.linked(1).await.unwrap();
}

#[tokio::test]
async fn a_tenant_is_removed_with_all_that_it_has_once_the_chat_said_so() {
    let (server, browser, other) = with_harbour().await;
    let (ann, ben) = (
        other.linked(1).await.unwrap(),
        other.guest(1).await.unwrap(),
    );
    let login = ben.app.begin().await.unwrap();
    ben.app.code(&login).await.unwrap();
    let ours: Guest = server.linked(1).await.unwrap();
    goto(&server, &browser, "tenants/harbour").await;
    press(&browser, "remove").await;
    confirm(&server, &browser, "Remove the tenant harbour").await;
    browser.says(".said", "Its bot is silent").await.unwrap();
    // Its sessions are logged out at Telegram, and then it is gone.
    server.no_device(ann.person.id).await.unwrap();
    let gone = poll(PATIENCE, async || {
        goto(&server, &browser, "tenants").await;
        browser.says("h1", "Tenants").await.ok()?;
        let script = "return document.querySelector('.table').textContent";
        let says = browser.execute(script, vec![]).await.ok()?;
        let says: String = says.convert().ok()?;
        (!says.contains("harbour")).then_some(())
    });
    assert!(gone.await.is_some(), "{}", server.log().unwrap());
    goto(&server, &browser, "audit?action=tenant_removed").await;
    browser.says(".table tbody", "harbour").await.unwrap();
    let seen = ours
        .app
        .ask(Method::GET, "/api/v1/accounts", None)
        .await
        .unwrap();
    assert_eq!(seen.status, 200, "{}", seen.text);
    // The bot is free for another one.
    goto(&server, &browser, "tenants").await;
    add(&browser, "haven", other.token()).await;
    browser.says(".said", "every node starts it").await.unwrap();
}

/// What was added on one node runs on the other one, and outlasts the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_starts_on_all_nodes_and_goes_on_when_one_dies() {
    let operators = format!("{OPERATOR}:owner");
    let nodes = Nodes::start(BINARY, 2, |sesame| sesame.set("OPERATORS", operators));
    let mut nodes = nodes.await.unwrap();
    mara(&nodes.server).await;
    let other = nodes.server.make_bot("harbour_bot").await.unwrap();
    let browser = Browser::start(Window::Desktop, Scheme::Light);
    let browser = browser.await.unwrap();
    sign_in(&nodes.server, &browser).await;
    goto(&nodes.server, &browser, "tenants").await;
    add(&browser, "harbour", other.token()).await;
    browser.says(".said", "every node starts it").await.unwrap();
    stands(&nodes.server, &browser, "works").await;
    let guest = other.guest(1).await.unwrap();
    let there = nodes.all[1].app(&guest.app);
    let there = there.at(&format!("{}/t/harbour", there.base()));
    let runs = poll(PATIENCE, async || {
        let seen = there
            .ask(Method::GET, "/api/v1/accounts", None)
            .await
            .ok()?;
        (seen.status == 200).then_some(())
    });
    runs.await.unwrap();
    nodes.all[0].stop("KILL").await.unwrap();
    let login = there.begin().await.unwrap();
    let (link, _) = there.code(&login).await.unwrap();
    other.phones.scan(guest.person.id, &link).await.unwrap();
    there.reaches(&login, &["authorized"]).await.unwrap();
    other.phones.hears(guest.person.id, "linked").await.unwrap();
    other.phones.say(guest.person.id, "/status").await.unwrap();
    other.phones.hears(guest.person.id, "Ada").await.unwrap();
}
