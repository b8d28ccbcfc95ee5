use chrono::TimeDelta;
use sesame_domain::listing::Tenants;
use sesame_domain::ports::SloStretch;
use sesame_domain::slo::{Counted, Slo};

use super::{signed_in, world};
use crate::support::{World, noon};

fn counted(world: &World, slo: Slo, days_ago: i64, events: u64, errors: u64) {
    let counted = SloStretch {
        slo,
        from: noon() - TimeDelta::days(days_ago),
        counted: Counted { events, errors },
    };
    world
        .operators
        .promises
        .counted
        .lock()
        .unwrap()
        .push(counted);
}

#[tokio::test]
async fn the_overview_says_what_is_promised_and_what_may_still_go_wrong() {
    let (world, _clock) = world("7:viewer");
    counted(&world, Slo::Login, 9, 20_000, 8);
    counted(&world, Slo::Flood, 0, 3, 3);
    let mut browser = signed_in(&world, 7).await;
    let page = browser.open("/admin").await;
    assert_eq!(page.status, 200);
    let row = |slo: Slo| {
        let (_, row) = page
            .text
            .split_once(&format!("data-slo=\"{slo}\""))
            .unwrap();
        row.split("</tr>").next().unwrap().to_owned()
    };
    let login = row(Slo::Login);
    for words in [
        "kept",
        "99.9 %",
        "99.96 %",
        "<b>60 %</b>",
        "room for 12 more failed logins",
    ] {
        assert!(login.contains(words), "{words}: {login}");
    }
    // A drawing, and the same as a table.
    assert!(login.contains("aria-hidden=\"true\""), "{login}");
    assert!(
        page.text
            .contains("8 failed logins of 20,000 scanned logins")
    );
    let flood = row(Slo::Flood);
    assert!(flood.contains("too few to say: 3"), "{flood}");
    assert!(!flood.contains("<svg class=\"budget\""), "{flood}");
    assert!(row(Slo::CleanUp).contains("nothing was counted"));
}

#[tokio::test]
async fn of_what_was_counted_one_sees_that_of_the_tenants_one_looks_after() {
    let (world, _clock) = world("7:viewer 8:viewer@main");
    for (person, expected) in [
        (7, Tenants::All),
        (8, Tenants::These(vec!["main".parse().unwrap()])),
    ] {
        let mut browser = signed_in(&world, person).await;
        world.operators.promises.asked_for.lock().unwrap().clear();
        browser.open("/admin").await;
        let asked = world.operators.promises.asked_for.lock().unwrap().clone();
        assert!(
            !asked.is_empty() && asked.iter().all(|it| *it == expected),
            "{asked:?}"
        );
    }
}
