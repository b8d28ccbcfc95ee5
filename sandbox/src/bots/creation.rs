//! What Telegram asks of a new bot.

/// How long a public name may be.
///
/// Source: core.telegram.org/method/bots.checkUsername.
const USERNAME_LENGTHS: std::ops::RangeInclusive<usize> = 5..=32;

/// How long a name may be, in characters.
///
/// Source: core.telegram.org/method/bots.createBot.
const NAME_LENGTHS: std::ops::RangeInclusive<usize> = 1..=64;

/// Why a bot could not be made; the words are `@BotFather`'s.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CreateBotError {
    /// The name is empty or longer than 64 characters.
    #[error("Sorry, this isn't a proper name for a bot.")]
    Name,
    /// The public name is too short, too long, or has other characters than
    /// Latin letters, digits and single underscores after a letter.
    #[error("Sorry, this username is invalid.")]
    Username,
    /// The public name does not end in `bot`.
    #[error("Sorry, the username must end in 'bot'. E.g. 'Tetris_bot' or 'Tetrisbot'")]
    Suffix,
    /// A bot or a person has this public name, in capitals or not.
    #[error("Sorry, this username is already taken. Please try something different.")]
    Taken,
}

/// Refuses a name that Telegram refuses.
pub(super) fn check_name(name: &str) -> Result<(), CreateBotError> {
    if NAME_LENGTHS.contains(&name.chars().count()) {
        Ok(())
    } else {
        Err(CreateBotError::Name)
    }
}

/// Refuses a public name that no bot can have.
pub(super) fn check_username(username: &str) -> Result<(), CreateBotError> {
    let letters = username
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let begins = username.starts_with(|first: char| first.is_ascii_alphabetic());
    let well_formed = letters && begins && !username.contains("__");
    if !well_formed || !USERNAME_LENGTHS.contains(&username.len()) {
        return Err(CreateBotError::Username);
    }
    if username.to_ascii_lowercase().ends_with("bot") {
        Ok(())
    } else {
        Err(CreateBotError::Suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_names_are_those_that_telegram_takes() {
        let longest = format!("{}_bot", "a".repeat(28));
        for taken in ["tetris_bot", "TetrisBot", "a1bot", longest.as_str()] {
            assert_eq!(check_username(taken), Ok(()), "{taken}");
        }
        let too_long = format!("{}_bot", "a".repeat(29));
        let refused = [
            "",
            "bot",
            "abot",
            "1st_bot",
            "_a_bot",
            "a__bot",
            "my-bot",
            "@my_bot",
            "my bot",
            "m\u{fc}_bot",
            "https://t.me/my_bot",
            too_long.as_str(),
        ];
        for malformed in refused {
            let outcome = check_username(malformed);
            assert_eq!(outcome, Err(CreateBotError::Username), "{malformed}");
        }
        for other in ["harbour", "botany", "my_bot_"] {
            assert_eq!(
                check_username(other),
                Err(CreateBotError::Suffix),
                "{other}"
            );
        }
    }

    #[test]
    fn a_name_has_1_to_64_characters() {
        assert_eq!(check_name(&"\u{44f}".repeat(64)), Ok(()));
        assert_eq!(check_name(""), Err(CreateBotError::Name));
        assert_eq!(check_name(&"a".repeat(65)), Err(CreateBotError::Name));
    }
}
