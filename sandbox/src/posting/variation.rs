//! Texts with variants.

use serde_json::Value;

/// A text as it is in this round: of `{one|two|three}` the one whose turn it is. Braces
/// without a `|` between them are braces.
pub(super) fn varied(text: &str, round: u64) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let group = from[1..].find(['{', '}']);
        let group = group.filter(|end| from.as_bytes()[end + 1] == b'}');
        let variants = group.map(|end| &from[1..=end]);
        if let Some(variants) = variants.filter(|variants| variants.contains('|')) {
            let all: Vec<&str> = variants.split('|').collect();
            let count = u64::try_from(all.len()).unwrap_or(1);
            let which = usize::try_from(round % count).unwrap_or(0);
            out.push_str(all[which]);
            rest = &from[variants.len() + 2..];
        } else {
            out.push('{');
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    out
}

/// The same for all texts in a value.
pub(super) fn vary(value: &mut Value, round: u64) {
    match value {
        Value::String(text) => *text = varied(text, round),
        Value::Array(items) => items.iter_mut().for_each(|item| vary(item, round)),
        Value::Object(object) => object.values_mut().for_each(|value| vary(value, round)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_take_turns_and_other_braces_stay() {
        let of = |text: &str| [0, 1, 2, 3].map(|round| varied(text, round));
        assert_eq!(of("{a|b|c}!"), ["a!", "b!", "c!", "a!"]);
        assert_eq!(of("{ä|}{x|y}"), ["äx", "y", "äx", "y"]);
        for plain in ["", "let x = {1};", "{", "}", "a | b", "{{}", "{a", "é{"] {
            assert_eq!(varied(plain, 1), plain);
        }
        assert_eq!(varied("{ {a|b} }", 1), "{ b }");
    }
}
