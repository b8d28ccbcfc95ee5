//! What grows: how much there is of it, from when its oldest is, when it was cleaned.

use std::collections::BTreeMap;

use sesame_domain::ports::Growing;
use sesame_domain::schedule::ScheduleRecord;
use sesame_domain::time::Timestamp;

use super::error::PageError;
use super::grouped::Grouped;
use super::lists::cell::Cell;
use super::lists::detail::Table;
use super::moment::Moment;
use super::signed_in::SignedIn;

/// Units of storage, each 1024 of the one before.
const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];

/// Everything that grows, the largest first.
pub(super) async fn look(who: &SignedIn) -> Result<Vec<Growing>, PageError> {
    let mut all = Vec::new();
    for sizes in who.app.ports.operators.sizes.iter() {
        all.extend(sizes.sizes().await?);
    }
    all.sort_by_key(|it| std::cmp::Reverse(it.bytes));
    Ok(all)
}

/// As a table.
pub(super) async fn table(
    who: &SignedIn,
    all: &[Growing],
    now: Timestamp,
) -> Result<Table, PageError> {
    let records = who.app.ports.operators.schedules.records().await?;
    let cleaned = |it: &ScheduleRecord| Some((it.kind.as_str().to_owned(), it.done_at?));
    let cleaned: BTreeMap<_, _> = records.iter().flatten().filter_map(cleaned).collect();
    let when = |at: Option<Timestamp>| at.map_or(Cell::Empty, |at| Cell::When(Moment::of(at, now)));
    let row = |it: &Growing| {
        let kind = it.cleaned_by.as_ref().map(|kind| kind.as_str().to_owned());
        vec![
            Cell::Code(it.name.clone()),
            it.bytes
                .map_or(Cell::Empty, |it| Cell::Figure(in_units(it))),
            it.rows
                .map_or(Cell::Empty, |it| Cell::Figure(Grouped(it).to_string())),
            when(it.oldest),
            when(kind.as_ref().and_then(|it| cleaned.get(it).copied())),
            Cell::code(kind),
        ]
    };
    Ok(Table {
        title: "What grows",
        note: "Rows are about so many: nothing is counted".to_owned(),
        columns: vec!["What", "Size", "Rows", "Oldest", "Cleaned last", "By"],
        rows: all.iter().map(row).collect(),
        empty: "Nothing says how much it keeps.",
    })
}

/// So many bytes, as people say it: "12.5 MiB".
pub(super) fn in_units(bytes: u64) -> String {
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    // In tenths, so that 1023.96 is not told as "1024.0".
    let (mut tenths, mut units) = (u128::from(bytes) * 10 / 1024, UNITS.iter());
    let mut unit = units.next();
    while tenths >= 10_240 && units.len() > 0 {
        tenths /= 1024;
        unit = units.next();
    }
    let unit = unit.copied().unwrap_or_default();
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "0 B")]
    #[case(1023, "1023 B")]
    #[case(1024, "1.0 KiB")]
    #[case(1_048_575, "1023.9 KiB")]
    #[case(13_107_200, "12.5 MiB")]
    #[case(5 << 40, "5.0 TiB")]
    #[case(u64::MAX, "16777215.9 TiB")]
    fn sizes_are_told_in_units(#[case] bytes: u64, #[case] words: &str) {
        assert_eq!(in_units(bytes), words);
    }
}
