//! What a query asks for: enough of its language to find names and labels.

use std::collections::BTreeSet;

/// Before labels in parentheses.
const GROUPING: [&str; 4] = ["by", "on", "without", "ignoring"];

/// The metrics that a query names, with the labels by which it chooses, and the
/// labels by which it groups or joins.
#[derive(Debug, Default)]
pub(crate) struct Query {
    pub(crate) names: Vec<(String, BTreeSet<String>)>,
    pub(crate) grouped: BTreeSet<String>,
}

impl Query {
    /// Reads a query.
    pub(crate) fn read(text: &str) -> Self {
        let mut query = Self::default();
        let mut rest = text;
        while let Some(at) = rest.find(|it: char| it.is_ascii_alphabetic() || it == '"') {
            rest = &rest[at..];
            if rest.starts_with('"') {
                let end = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
                rest = &rest[end..];
                continue;
            }
            let end = rest.find(|it| !is_of_a_name(it)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            rest = after;
            let after = after.trim_start();
            if GROUPING.contains(&word) && after.starts_with('(') {
                let end = after.find(')').unwrap_or(after.len());
                query.grouped.extend(list(&after[1..end]));
                rest = &after[end..];
            } else if is_ours(word) {
                let mut labels = BTreeSet::new();
                if let Some(inner) = after.strip_prefix('{') {
                    let end = inner.find('}').unwrap_or(inner.len());
                    labels = matchers(&inner[..end]);
                    rest = &inner[end..];
                }
                query.names.push((word.to_owned(), labels));
            }
        }
        query
    }
}

fn is_of_a_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == ':'
}

/// Metrics have prefixes, or are Prometheus's own; all else is a function.
fn is_ours(word: &str) -> bool {
    word.starts_with("sesame") || word == "up" || word == "ALERTS"
}

fn list(text: &str) -> impl Iterator<Item = String> {
    let names = text.split(',').map(str::trim).filter(|it| !it.is_empty());
    names.map(str::to_owned)
}

/// The names in `a="b", c=~"d|e"`.
fn matchers(text: &str) -> BTreeSet<String> {
    let names = text.split('"').step_by(2);
    let names = names.map(|it| it.trim_matches([',', ' ', '=', '!', '~']));
    names
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn names_labels_and_groups_are_found() {
    let text =
        r#"sum by (tenant, le) (rate(sesame_a_total{b=~"x|y", c!="by (d)"}[5m])) / on (e) up"#;
    let query = Query::read(text);
    let labels = ["b", "c"].map(str::to_owned).into();
    let names = [
        ("sesame_a_total".to_owned(), labels),
        ("up".to_owned(), BTreeSet::new()),
    ];
    assert_eq!(query.names, names);
    let grouped = ["e", "le", "tenant"].map(str::to_owned).into();
    assert_eq!(query.grouped, grouped);
}
