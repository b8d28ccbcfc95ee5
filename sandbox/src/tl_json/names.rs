//! What the schema's names are in Rust.

/// The name of a constructor among those of its type, as grammers has it
/// (`definitions::variant_name` of grammers-tl-gen).
pub(crate) fn variant_name(of_type: &str, constructor: &str) -> String {
    let name = type_name(constructor);
    let short = name.strip_prefix(of_type).unwrap_or(&name);
    let from_capital = |end: usize| {
        let capital = name[..end].rfind(|c: char| c.is_ascii_uppercase());
        name[capital.unwrap_or(0)..].to_owned()
    };
    if short == "Self" {
        from_capital(name.len() - short.len())
    } else if short.chars().all(char::is_numeric) {
        from_capital(name.len())
    } else {
        short.to_owned()
    }
}

/// `messageActionSetMessagesTTL` becomes `MessageActionSetMessagesTtl`.
fn type_name(constructor: &str) -> String {
    let name = constructor.rsplit('.').next().unwrap_or(constructor);
    let mut out = String::with_capacity(name.len());
    let (mut upper, mut lower) = (true, false);
    for c in name.chars() {
        if c == '_' {
            (upper, lower) = (true, false);
            continue;
        }
        let capital = c.is_ascii_uppercase();
        if upper {
            out.push(c.to_ascii_uppercase());
            (upper, lower) = (false, true);
        } else if lower {
            out.push(c.to_ascii_lowercase());
            lower = capital;
        } else {
            out.push(c);
            lower = capital;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_grammers() {
        for (of_type, constructor, name) in [
            ("MessageAction", "messageActionChatCreate", "ChatCreate"),
            (
                "MessageAction",
                "messageActionSetMessagesTTL",
                "SetMessagesTtl",
            ),
            ("RichText", "textBold", "TextBold"),
            ("Peer", "peerUser", "User"),
            ("InputPeer", "inputPeerSelf", "PeerSelf"),
            ("Message", "message", "Message"),
            ("EmojiGameOutcome", "messages.emojiGameOutcome", "Outcome"),
            ("PageBlock", "pageBlockHeading1", "Heading1"),
        ] {
            assert_eq!(variant_name(of_type, constructor), name);
        }
    }
}
