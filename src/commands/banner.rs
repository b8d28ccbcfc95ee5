//! What is said once everything is up.

use std::fmt::Write;

#[cfg(feature = "sandbox")]
use sesame_sandbox::Ready;

use crate::failure::Failure;
use crate::node::Sesame;

/// What an operator wants to know.
pub(super) fn serving(sesame: &Sesame) -> Result<String, Failure> {
    let mut text = format!("Sesame {} is up.\n", env!("CARGO_PKG_VERSION"));
    let bot = sesame.bot_username().map_or_else(
        || "does not answer yet (the log says why)".to_owned(),
        |name| format!("https://t.me/{name}"),
    );
    line(&mut text, "Bot", &bot);
    line(&mut text, "Mini App", sesame.app_url()?.as_str());
    let local = sesame.local_url();
    line(&mut text, "Health", &format!("{local}/readyz"));
    line(&mut text, "Metrics", &format!("{local}/metrics"));
    text.push_str("Ctrl-C stops it; a second one stops it at once.");
    Ok(text)
}

/// What a newcomer wants to try.
#[cfg(feature = "sandbox")]
pub(super) fn sandbox(ready: &Ready) -> String {
    let mut text = String::from("A local Telegram is up");
    text.push_str(if ready.app.is_some() {
        ", and Sesame over it. Nothing here leaves this machine.\n\n"
    } else {
        ". Nothing here leaves this machine.\n\n"
    });
    line(&mut text, "Phones", &ready.phone);
    if let Some(app) = &ready.app {
        line(&mut text, "Sesame", app);
    }
    line(&mut text, "Control", &ready.control);
    line(&mut text, "Bot API", &ready.bot_api);
    if ready.app.is_some() {
        text.push_str(
            "\nTry this:\n\
             \x20 1. Open the phones' address above in a browser and choose Bob.\n\
             \x20 2. Send /start to the bot, open the Mini App, choose \"Link your account\".\n\
             \x20 3. Under \"Scan with their other phone\", tap the code. Bob's password: sesame\n",
        );
    }
    text.push_str("\nCtrl-C stops it.");
    text
}

fn line(text: &mut String, name: &str, value: &str) {
    // Writing into a string does not fail.
    let _ = writeln!(text, "  {name:<10}{value}");
}
