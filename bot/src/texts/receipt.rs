//! The receipt for what was erased.

use sesame_domain::ports::Receipt;
use sesame_words::{BotWords, Html};

/// Everything is erased.
pub(crate) fn receipt(words: BotWords, receipt: &Receipt) -> Html {
    let account = if receipt.accounts > 0 {
        words.receipt_account()
    } else {
        words.receipt_no_account()
    };
    let mut lines = vec![
        words.receipt_title(),
        Html::empty(),
        words.receipt_number(&receipt.id.to_string()),
        words.receipt_when(receipt.at).into(),
        account.into(),
        words.receipt_logins(receipt.logins).into(),
    ];
    let record = match receipt.audit_until {
        Some(until) => words.receipt_record_until(until),
        None => words.receipt_record_for_ever(),
    };
    lines.push(record.into());
    if let Some(until) = receipt.backups_until {
        lines.push(words.receipt_backups_until(until).into());
    }
    lines.push(Html::empty());
    if receipt.accounts > 0 {
        lines.push(words.receipt_session().into());
    }
    lines.push(words.receipt_return().into());
    Html::lines(lines)
}
