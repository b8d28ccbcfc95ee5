//! What people are told before they link their account: what it is used for, and
//! who answers for that.

/// What whoever runs a bot tells its people, as they wrote it. What is absent is
/// not spoken of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// What a linked account is used for.
    pub purpose: Option<String>,
    /// Who runs the bot.
    pub operator: Option<String>,
    /// How to reach them.
    pub contact: Option<Contact>,
    /// The address (http or https) of their privacy policy.
    pub privacy_url: Option<String>,
}

impl Disclosure {
    /// Whether nothing is said of who runs the bot.
    pub fn is_anonymous(&self) -> bool {
        self.operator.is_none() && self.contact.is_none() && self.privacy_url.is_none()
    }
}

/// How to reach whoever runs a bot: an e-mail address, a Telegram name, an address
/// on the web, or anything else in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact(String);

impl Contact {
    /// As it was written.
    pub fn new(written: impl Into<String>) -> Self {
        Self(written.into())
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address that opens it; `None`: it is not known for one.
    pub fn link(&self) -> Option<String> {
        let text = self.0.as_str();
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_plain {
            return None;
        }
        if text.starts_with("https://") || text.starts_with("http://") {
            return Some(text.to_owned());
        }
        if let Some(name) = text.strip_prefix('@') {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            return (!name.is_empty() && name.bytes().all(allowed))
                .then(|| format!("https://t.me/{name}"));
        }
        let (local, host) = text.split_once('@')?;
        // What would end the address and begin a header of the letter is none.
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
        let is_mail = !local.is_empty()
            && local.bytes().all(allowed)
            && host.contains('.')
            && host.bytes().all(|byte| allowed(byte) && byte != b'+');
        is_mail.then(|| format!("mailto:{text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_for_an_address_can_be_opened() {
        let link = |text: &str| Contact::new(text).link();
        for (text, opens) in [
            ("help@example.org", "mailto:help@example.org"),
            ("a.b+c@mail.example.org", "mailto:a.b+c@mail.example.org"),
            ("@harbour_street", "https://t.me/harbour_street"),
            ("https://example.org/help", "https://example.org/help"),
        ] {
            assert_eq!(link(text).as_deref(), Some(opens));
        }
        for text in [
            "12 Harbour Street, Bremen",
            "javascript:alert(1)",
            "@",
            "@two words",
            "help@example",
            "help@example.org?bcc=other@example.org",
            "@name/../path",
            "",
        ] {
            assert_eq!(link(text), None, "{text}");
        }
    }

    #[test]
    fn a_purpose_alone_names_no_one() {
        let mut said = Disclosure {
            purpose: Some("Reads your channels to you.".to_owned()),
            ..Disclosure::default()
        };
        assert!(said.is_anonymous());
        said.contact = Some(Contact::new("@harbour_street"));
        assert!(!said.is_anonymous());
    }
}
