//! How a person names a channel.

use std::str::FromStr;

/// How a person names a channel: by a link, its public name or its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelName {
    /// By its number, as lists of dialogs and links to posts of private channels have it.
    Id(i64),
    /// By its public name, without the `@`.
    Username(String),
}

/// What names no channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownChannelName {
    /// A link by which one joins: what it leads to is only known to who did.
    #[error("a link to join a channel names it only to those who joined")]
    Invitation,
    /// Anything else.
    #[error("a channel is named by @name, by a t.me link or by its number")]
    Other,
}

/// The addresses under which Telegram has its links.
const HOSTS: [&str; 3] = ["t.me", "telegram.me", "telegram.dog"];
/// The longest and shortest public names (core.telegram.org/method/account.checkUsername;
/// some of Telegram's own are shorter than those that people may choose).
const NAME: std::ops::RangeInclusive<usize> = 3..=32;

impl FromStr for ChannelName {
    type Err = UnknownChannelName;

    fn from_str(text: &str) -> Result<Self, UnknownChannelName> {
        let text = text.trim();
        if let Some(name) = text.strip_prefix('@') {
            return username(name);
        }
        let number = text.strip_prefix("channel").unwrap_or(text);
        // Bots know channels by numbers with this in front.
        let number = number.strip_prefix("-100").unwrap_or(number);
        if let Some(id) = id(number) {
            return Ok(Self::Id(id));
        }
        let rest = text
            .strip_prefix("https://")
            .or(text.strip_prefix("http://"));
        let (host, path) = rest.unwrap_or(text).split_once('/').unwrap_or((text, ""));
        let host = host.strip_prefix("www.").unwrap_or(host);
        if !HOSTS.iter().any(|it| host.eq_ignore_ascii_case(it)) {
            return Err(UnknownChannelName::Other);
        }
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next()) {
            (Some("joinchat"), _) => Err(UnknownChannelName::Invitation),
            (Some(part), _) if part.starts_with('+') => Err(UnknownChannelName::Invitation),
            (Some("c"), Some(number)) => id(number).map(Self::Id).ok_or(UnknownChannelName::Other),
            // A preview in the browser.
            (Some("s"), Some(name)) | (Some(name), _) => username(name),
            (None, _) => Err(UnknownChannelName::Other),
        }
    }
}

fn id(number: &str) -> Option<i64> {
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    number.parse().ok().filter(|id| is_number && *id > 0)
}

fn username(name: &str) -> Result<ChannelName, UnknownChannelName> {
    let allowed = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    let begins = name
        .bytes()
        .next()
        .is_some_and(|it| it.is_ascii_alphabetic());
    if begins && NAME.contains(&name.len()) && name.bytes().all(allowed) {
        Ok(ChannelName::Username(name.to_owned()))
    } else {
        Err(UnknownChannelName::Other)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("@durov")]
    #[case(" t.me/durov ")]
    #[case("https://t.me/durov")]
    #[case("https://t.me/durov/?before=5")]
    #[case("http://www.telegram.me/durov/123")]
    #[case("https://T.me/s/durov")]
    fn a_public_name_is_found_in_what_leads_to_it(#[case] text: &str) {
        assert_eq!(text.parse(), Ok(ChannelName::Username("durov".into())));
    }

    #[rstest]
    #[case("1234567890")]
    #[case("channel1234567890")]
    #[case("-1001234567890")]
    #[case("https://t.me/c/1234567890/55")]
    fn so_is_a_number(#[case] text: &str) {
        assert_eq!(text.parse(), Ok(ChannelName::Id(1_234_567_890)));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::blank("   ")]
    #[case::elsewhere("https://example.org/durov")]
    #[case::no_path("https://t.me/")]
    #[case::sign("@")]
    #[case::zero("0")]
    #[case::negative("-5")]
    #[case::too_large("99999999999999999999")]
    #[case::letters("@дуров")]
    #[case::number_first("@1abc")]
    #[case::too_short("@ab")]
    #[case::no_number("t.me/c/abc/1")]
    fn what_names_none_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<ChannelName>(), Err(UnknownChannelName::Other));
    }

    #[rstest]
    #[case("https://t.me/+AbCdEf")]
    #[case("t.me/joinchat/AbCdEf")]
    fn a_link_to_join_is_told_from_others(#[case] text: &str) {
        let invitation = Err(UnknownChannelName::Invitation);
        assert_eq!(text.parse::<ChannelName>(), invitation);
    }
}
