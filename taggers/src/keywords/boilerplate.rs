//! Lines that say nothing about a post: footers, invitations, advertising.

use sesame_domain::tag::ChannelUsage;

use super::tokens::is_address;

/// How many letters of a line tell it from others.
const LINE_MAX: usize = 200;

/// Marks of advertising: what follows one in a line, and the line itself.
const ADVERTISING: [&str; 12] = [
    "erid",
    "реклама",
    "на правах рекламы",
    "реклама.",
    "sponsored",
    "paid promotion",
    "advertisement",
    "publicidade",
    "publi",
    "publicidad",
    "anzeige",
    "werbung",
];

/// Words with which a line invites. In small letters; beginnings of words.
const INVITATIONS: [&str; 38] = [
    "subscrib",
    "join us",
    "join our",
    "join the",
    "follow us",
    "our channel",
    "our chat",
    "our bot",
    "sign up",
    "подпис",
    "наш канал",
    "нашем канале",
    "наш чат",
    "нашем чате",
    "вступай",
    "присоединяй",
    "поддержать канал",
    "прислать новость",
    "предложить новость",
    "ставьте лайк",
    "бустануть",
    "підпис",
    "надіслати новину",
    "долучай",
    "приєдну",
    "inscreva",
    "assine",
    "siga o canal",
    "siga-nos",
    "entre no grupo",
    "nosso canal",
    "participe do grupo",
    "suscríb",
    "únete",
    "síguenos",
    "abonnier",
    "abonnez",
    "iscrivi",
];

/// How many words an invitation has at most: a longer line says something else as well.
const INVITATION_WORDS: usize = 12;

/// A line as it is compared with others: small letters and one blank between words,
/// digits alike. `None`: nothing is left of it.
pub(super) fn normal_line(line: &str) -> Option<String> {
    let mut normal = String::new();
    for letter in line.chars().flat_map(char::to_lowercase) {
        if letter.is_numeric() {
            normal.push('0');
        } else if letter.is_alphabetic() {
            normal.push(letter);
        } else if !normal.is_empty() && !normal.ends_with(' ') {
            normal.push(' ');
        }
        if normal.len() >= LINE_MAX {
            break;
        }
    }
    let normal = normal.trim_end();
    (!normal.is_empty()).then(|| normal.to_owned())
}

/// What a line is for its post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It is a part of what the post says.
    Says,
    /// Addresses, with a word or two: its words say nothing, where it leads does.
    Leads,
    /// It says nothing about the post, nor do its links.
    SaysNothing,
}

/// What a line is for the post in which it stands.
pub(super) fn kind(line: &str, usage: Option<&ChannelUsage>) -> Line {
    let Some(normal) = normal_line(line) else {
        return Line::Says;
    };
    if usage.is_some_and(|usage| recurs(&normal, usage)) || advertises(&normal) || invites(line) {
        return Line::SaysNothing;
    }
    if leads(line) { Line::Leads } else { Line::Says }
}

/// Whether a line stands in the channel's posts again and again: twice in a channel of
/// which little is known, three times and in one post of fifty otherwise.
fn recurs(normal: &str, usage: &ChannelUsage) -> bool {
    let seen = usage.with_line(normal);
    match usage.posts() {
        0..=20 => seen >= 2,
        posts => seen >= 3 && seen >= posts.div_ceil(50),
    }
}

fn advertises(normal: &str) -> bool {
    let words = format!("{normal} ");
    words.contains("erid ")
        || ADVERTISING
            .iter()
            .any(|mark| words.starts_with(&format!("{mark} ")))
}

/// Whether it does nothing but ask to come to a channel.
fn invites(line: &str) -> bool {
    let words = pieces(line).filter(|piece| !is_address(piece)).count();
    let line = line.to_lowercase();
    words <= INVITATION_WORDS && INVITATIONS.iter().any(|it| begins_a_word(&line, it))
}

/// Whether it has addresses, and hardly anything else.
fn leads(line: &str) -> bool {
    let is_link = |piece: &&str| is_address(piece) && !piece.contains('#');
    let links = pieces(line).filter(is_link).count();
    links > 0 && pieces(line).count() - links <= 2
}

fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let pieces = line.split_whitespace();
    pieces.filter(|it| it.chars().any(char::is_alphanumeric))
}

fn begins_a_word(line: &str, beginning: &str) -> bool {
    line.match_indices(beginning).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("👉 Subscribe to Daily Bytes")]
    #[case("Подписаться на канал | Прислать новость")]
    #[case("Inscreva-se no canal")]
    #[case("Наш чат: t.me/some_chat")]
    #[case("Реклама. ООО «Ромашка», ИНН 7700000000, erid: 2VtzqwP")]
    #[case("Sponsored by Example VPN")]
    fn invitations_and_advertising_are_told_without_any_usage(#[case] line: &str) {
        assert_eq!(kind(line, None), Line::SaysNothing);
    }

    #[rstest]
    #[case("The bank raised its rate")]
    #[case("Рекламный рынок вырос на треть")]
    #[case(
        "Netflix loses subscribers for the second quarter in a row, and its shares fall to a low"
    )]
    #[case("Read the whole story of the merger at https://example.com/story")]
    #[case("🔥🔥🔥")]
    #[case("#rust #news")]
    fn what_says_something_stays(#[case] line: &str) {
        assert_eq!(kind(line, None), Line::Says);
    }

    #[rstest]
    #[case("@some_channel")]
    #[case("More: https://example.com/story")]
    fn a_line_of_addresses_says_where_it_leads(#[case] line: &str) {
        assert_eq!(kind(line, None), Line::Leads);
    }

    #[test]
    fn what_recurs_in_a_channel_is_none_of_a_post() {
        let mut usage = ChannelUsage::default();
        let line = "☕️ Coffee for everyone, since 2019";
        let normal = normal_line(line).unwrap();
        usage.note(None, &[], std::slice::from_ref(&normal));
        assert_eq!(kind(line, Some(&usage)), Line::Says);
        usage.note(None, &[], std::slice::from_ref(&normal));
        assert_eq!(kind(line, Some(&usage)), Line::SaysNothing);
        let other = "Coffee for everyone since 2020";
        assert_eq!(kind(other, Some(&usage)), Line::SaysNothing);
        for _ in 0..200 {
            usage.note(None, &[], &[]);
        }
        assert_eq!(kind(line, Some(&usage)), Line::Says);
    }
}
