//! The database.

use sesame_domain::plural::counted;
use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("database", Group::Storage, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Settings = "settings",
    Schema = "schema",
}

const ABOUT: &str = "database";

async fn look(ports: &Ports) -> Vec<Finding> {
    let finding = match &ports.database {
        Err(problems) => Finding::bad(
            ABOUT,
            Why::Settings,
            "not looked at: its settings are wrong",
            problems,
        ),
        Ok(database) => match database.lacks().await {
            Ok(0) => Finding::good(ABOUT, "answers; its schema is up to date"),
            Ok(steps) => Finding::bad(
                ABOUT,
                Why::Schema,
                format!("its schema lacks {}", counted(steps, "step")),
                "run `sesame migrate`, or start Sesame, which does it too",
            ),
            Err(unusable) => Finding::unusable(ABOUT, &unusable),
        },
    };
    vec![finding]
}
