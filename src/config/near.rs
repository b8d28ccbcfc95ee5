//! Names that were hardly meant as they are written: which is near to one.

use strsim::damerau_levenshtein;

/// How many letters may be wrong in a name of this length.
fn allowed(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=7 => 1,
        _ => 2,
    }
}

/// The one of these that a name is most likely meant to be: it but for capitals and
/// what joins its words, or for a letter or two.
pub(super) fn nearest<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let bare = bare(name);
    let same = known.clone().find(|it| self::bare(it) == bare);
    same.or_else(|| {
        let distances = known.map(|it| (distance(&bare, &self::bare(it)), it));
        let near = distances.filter(|(distance, it)| *distance <= allowed(it.len()));
        near.min_by_key(|(distance, _)| *distance).map(|(_, it)| it)
    })
}

/// Two letters are wrong only after one that is right: `AWS_REGION` is not
/// `KMS_REGION`.
fn distance(name: &str, known: &str) -> usize {
    match damerau_levenshtein(name, known) {
        2 if name.chars().next() != known.chars().next() => usize::MAX,
        distance => distance,
    }
}

fn bare(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const KNOWN: [&str; 5] = ["API_ID", "LOG", "LOG_DIR", "REDIS_URL", "KMS_REGION"];

    #[rstest]
    #[case("api_id", Some("API_ID"))]
    #[case("API-ID", Some("API_ID"))]
    #[case("APIID", Some("API_ID"))]
    #[case("PAI_ID", Some("API_ID"))]
    #[case("API_IDD", Some("API_ID"))]
    #[case("REDIS_URI", Some("REDIS_URL"))]
    #[case("REDISURI", Some("REDIS_URL"))]
    #[case("LGO", Some("LOG"))]
    #[case("LOGS", Some("LOG"))]
    #[case("AWS_REGION", None)]
    #[case("API_KEY", None)]
    #[case("LOGNAME", None)]
    #[case("", None)]
    fn a_name_is_near_to_what_it_was_meant_to_be(#[case] name: &str, #[case] meant: Option<&str>) {
        assert_eq!(nearest(name, KNOWN.into_iter()), meant);
    }
}
