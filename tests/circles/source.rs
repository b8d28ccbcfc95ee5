//! Rust, as far as it takes to see what a file imports.

use std::collections::BTreeSet;

/// The source without comments, and with nothing in its texts.
pub(crate) fn bare(source: &str) -> String {
    let mut bare = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (skipped, instead) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), "")
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |at| at + 2), "")
        } else if let Some(length) = raw_text(rest) {
            (length, "\"\"")
        } else if first == '"' {
            (text(rest), "\"\"")
        } else if let Some(length) = letter(rest) {
            (length, "' '")
        } else {
            bare.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        bare.push_str(instead);
        rest = &rest[skipped..];
    }
    bare
}

/// How long a text is, with its quotes.
fn text(source: &str) -> usize {
    let mut escaped = false;
    for (at, it) in source.char_indices().skip(1) {
        match it {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    source.len()
}

/// How long a raw text is that begins here.
fn raw_text(source: &str) -> Option<usize> {
    let hashes = source.strip_prefix('r')?;
    let count = hashes.len() - hashes.trim_start_matches('#').len();
    let content = hashes[count..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(count));
    let length = content.find(&end)? + end.len();
    Some(1 + count + 1 + length)
}

/// How long a letter in quotes is that begins here; a lifetime is none.
fn letter(source: &str) -> Option<usize> {
    let inner = source.strip_prefix('\'')?;
    let length = if inner.starts_with('\\') {
        inner[2..].find('\'')? + 2
    } else {
        inner.chars().next()?.len_utf8()
    };
    inner[length..].starts_with('\'').then_some(length + 2)
}

/// The code without what is only compiled for tests, and the names of modules
/// in files of their own that are.
pub(crate) fn without_tests(code: &str) -> (String, Vec<String>) {
    const MARK: &str = "#[cfg(test)]";
    let (mut kept, mut modules, mut rest) = (String::new(), Vec::new(), code);
    while let Some(at) = rest.find(MARK) {
        kept.push_str(&rest[..at]);
        let item = &rest[at + MARK.len()..];
        let length = item_length(item);
        let of_file = item[..length]
            .strip_suffix(';')
            .and_then(|item| item.rsplit_once("mod "));
        modules.extend(of_file.map(|(_, name)| name.trim().to_owned()));
        rest = &item[length..];
    }
    kept.push_str(rest);
    (kept, modules)
}

/// Up to the end of an item: its semicolon, or the brace that closes it.
fn item_length(code: &str) -> usize {
    let mut depth = 0_u32;
    for (at, it) in code.char_indices() {
        match it {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth = depth.saturating_sub(1);
                if it == '}' && depth == 0 {
                    return at + 1;
                }
            }
            ';' | ',' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// Every path that a `use` names, and whether others may use it from here; and
/// the code without them.
pub(crate) fn uses(code: &str) -> (Vec<(bool, Vec<String>)>, String) {
    let (mut uses, mut rest) = (Vec::new(), String::new());
    let mut tail = code;
    while let Some((before, length)) = next_use(tail) {
        let statement = &tail[before..before + length];
        let line = tail[..before]
            .rsplit(['\n', ';', '}', '{'])
            .next()
            .unwrap_or_default();
        let is_public = line.trim_start().starts_with("pub");
        let tree = statement.trim_start_matches("use ").trim_end_matches(';');
        let mut paths = Vec::new();
        expand(&tokens(tree), &mut Vec::new(), &mut 0, &mut paths);
        uses.extend(paths.into_iter().map(|path| (is_public, path)));
        rest.push_str(&tail[..before]);
        tail = &tail[before + length..];
    }
    rest.push_str(tail);
    (uses, rest)
}

/// Where the next `use` begins, and how long it is.
fn next_use(code: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        let at = from + code[from..].find("use ")?;
        let is_word = !code[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_');
        let end = code[at..].find(';')?;
        if is_word {
            return Some((at, end + 1));
        }
        from = at + 4;
    }
}

fn tokens(tree: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut word = String::new();
    for it in tree.chars().chain([' ']) {
        if it.is_alphanumeric() || it == '_' || it == '*' {
            word.push(it);
            continue;
        }
        if !word.is_empty() {
            tokens.push(std::mem::take(&mut word));
        }
        if matches!(it, '{' | '}' | ',') {
            tokens.push(it.to_string());
        }
    }
    tokens
}

/// The paths of a tree from a token on, up to the brace that closes it.
fn expand(tokens: &[String], stem: &mut Vec<String>, at: &mut usize, paths: &mut Vec<Vec<String>>) {
    let (length, mut is_leaf) = (stem.len(), false);
    while let Some(token) = tokens.get(*at) {
        *at += 1;
        match token.as_str() {
            "{" => {
                expand(tokens, stem, at, paths);
                is_leaf = false;
            }
            "," | "}" => {
                if is_leaf {
                    paths.push(stem.clone());
                }
                is_leaf = false;
                stem.truncate(length);
                if token == "}" {
                    return;
                }
            }
            part => {
                stem.push(part.to_owned());
                is_leaf = true;
            }
        }
    }
    if is_leaf {
        paths.push(stem.clone());
    }
    stem.truncate(length);
}

/// Every path of two parts or more that code names.
pub(crate) fn paths(code: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let mut rest = code;
    while let Some(at) = rest.find(is_part) {
        let length = rest[at..]
            .find(|it: char| !is_part(it) && it != ':')
            .unwrap_or(rest.len() - at);
        let parts: Vec<_> = rest[at..at + length]
            .split("::")
            .map(str::to_owned)
            .collect();
        let is_path = parts.len() > 1 && parts.iter().all(|part| !part.contains(':'));
        if is_path && !rest[..at].ends_with("::") {
            paths.push(parts.into_iter().filter(|part| !part.is_empty()).collect());
        }
        rest = &rest[at + length..];
    }
    paths
}

/// The words in code.
pub(crate) fn words(code: &str) -> BTreeSet<&str> {
    code.split(|it: char| !it.is_alphanumeric() && it != '_')
        .collect()
}

/// Whether the code defines this name.
pub(crate) fn defines(code: &str, name: &str) -> bool {
    const KINDS: [&str; 9] = [
        "fn",
        "struct",
        "enum",
        "trait",
        "type",
        "const",
        "static",
        "union",
        "macro_rules!",
    ];
    KINDS.iter().any(|kind| {
        code.match_indices(&format!("{kind} {name}"))
            .any(|(at, found)| {
                !code[at + found.len()..].starts_with(|it: char| it.is_alphanumeric() || it == '_')
            })
    })
}
