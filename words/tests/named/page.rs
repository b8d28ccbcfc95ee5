//! Words in a template.

/// Attributes that are shown or read out.
const READ: [&str; 6] = [
    "alt",
    "aria-description",
    "aria-label",
    "aria-valuetext",
    "placeholder",
    "title",
];

/// The words that stand in a template itself: between tags, and in attributes
/// that people read.
pub(crate) fn words(template: &str) -> Vec<String> {
    let mut found = Vec::new();
    let page = without_code(template);
    let mut rest = page.as_str();
    while let Some((text, tag)) = rest.split_once('<') {
        found.extend(letters(text));
        let end = end_of_tag(tag);
        for attribute in READ {
            let beginning = format!(" {attribute}=\"");
            let value = tag[..end].split(beginning.as_str()).nth(1);
            found.extend(value.and_then(|it| letters(it.split('"').next()?)));
        }
        rest = &tag[end..];
    }
    found.extend(letters(rest));
    found
}

/// The page without what is put in when it is rendered.
fn without_code(template: &str) -> String {
    let mut page = String::new();
    let mut rest = template;
    while let Some(start) = rest
        .find("{{")
        .into_iter()
        .chain(rest.find("{%"))
        .chain(rest.find("{#"))
        .min()
    {
        page.push_str(&rest[..start]);
        let end = match &rest[start..start + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        rest = rest[start..].split_once(end).map_or("", |(_, after)| after);
    }
    page.push_str(rest);
    page
}

fn end_of_tag(tag: &str) -> usize {
    let mut quoted = false;
    for (at, letter) in tag.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

fn letters(text: &str) -> Option<String> {
    let text = text.trim();
    text.contains(char::is_alphabetic).then(|| text.to_owned())
}

#[test]
fn words_in_pages_are_found() {
    let page = r#"<!doctype html>{# a comment #}{% if a > b %}
        <p class="lead" data-when>{{ words.hello() }} · <b title="1 > 0">Bye</b></p>
        <input placeholder="Password" value="x"><i aria-label="{{ words.back() }}"></i> &gt;"#;
    assert_eq!(words(page), ["Bye", "Password", "&gt;"]);
}
