//! What is said in English about erasing everything.

use sesame_domain::ports::Receipt;
use sesame_domain::time::Timestamp;

pub(super) fn ask_erase() -> &'static str {
    "<b>Erase everything about you?</b>\n\n\
     <b>What goes:</b> your linked account, whose session is logged out at Telegram and whose key \
     is destroyed; your attempts to link; and what is remembered of you.\n\n\
     <b>What stays:</b> the record of what was done with your session. It holds your Telegram id, \
     but no name and no messages, and proves that the rest was erased.\n\n\
     This cannot be undone. You get a receipt."
}

pub(super) fn erase_button() -> &'static str {
    "Erase everything"
}

pub(super) fn erase_too_late() -> &'static str {
    "This question is out of date, so nothing was erased. Send /erase to be asked again."
}

pub(super) fn nothing_erased() -> &'static str {
    "Nothing was erased."
}

pub(super) fn receipt(receipt: &Receipt) -> String {
    let mut lines = vec![
        "<b>Everything about you is erased.</b>".to_owned(),
        String::new(),
        format!("Receipt: <code>{}</code>", receipt.id),
        format!("When: {}", minute(receipt.at)),
        format!("Accounts unlinked: {}", receipt.accounts),
        format!("Attempts to link erased: {}", receipt.logins),
    ];
    lines.push(match receipt.audit_until {
        Some(until) => format!("Record kept until: {}", day(until)),
        None => "Record kept: as long as this service runs".to_owned(),
    });
    if let Some(until) = receipt.backups_until {
        lines.push(format!("Sealed copies in backups gone by: {}", day(until)));
    }
    lines.push(String::new());
    if receipt.accounts > 0 {
        lines.push("The session is being logged out at Telegram.".to_owned());
    }
    lines.push("If you write to me again, I know you again.".to_owned());
    lines.join("\n")
}

fn minute(at: Timestamp) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

fn day(at: Timestamp) -> String {
    at.format("%-d %B %Y").to_string()
}
