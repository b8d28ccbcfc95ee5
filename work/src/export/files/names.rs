//! Names of files that every system takes.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// The most bytes in a name: what folders that are encrypted by name still take.
pub const LONGEST_NAME: usize = 143;
/// The longest ending that is kept when a name is shortened, with its dot.
const LONGEST_ENDING: usize = 24;
/// What is no good in a name somewhere.
const BAD: &str = "/\\<>:\"|?*";
/// What turns the direction of a text around it, so that `gpj.exe` looks like
/// `exe.jpg`.
const TURNING: [char; 8] = [
    '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}',
];
/// Devices on Windows, also with an ending.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
/// What Windows runs when its folder is looked at.
const RUN_BY_LOOKING: [&str; 2] = [".lnk", ".scf"];

/// A name that every system takes, of at most [`LONGEST_NAME`] bytes, for a file
/// that someone else named; Telegram Desktop's, where that is one. Exports travel,
/// so that what is wrong on Windows is wrong everywhere.
pub fn safe_name(name: &str) -> String {
    let clean = |c: char| {
        if c.is_control() || TURNING.contains(&c) || BAD.contains(c) {
            '_'
        } else {
            c
        }
    };
    let mut name: String = name.chars().map(clean).collect();
    if needs_an_end(&name) {
        name.push('_');
    }
    if is_run_by_looking(&name) {
        name.push_str(".download");
    }
    if is_device(&name) {
        name.insert(0, '_');
    }
    shortened(&name, LONGEST_NAME)
}

fn needs_an_end(name: &str) -> bool {
    name.is_empty() || name.ends_with([' ', '.'])
}

fn is_run_by_looking(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    RUN_BY_LOOKING.iter().any(|ending| lower.ends_with(ending))
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let upper = stem.to_uppercase();
    let numbered = |port: &str| {
        upper.strip_prefix(port).is_some_and(|rest| {
            matches!(rest.chars().next(), Some('1'..='9' | '¹' | '²' | '³'))
                && rest.chars().count() == 1
        })
    };
    DEVICES.contains(&&*upper) || numbered("COM") || numbered("LPT")
}

/// A name of at most so many bytes; the ending stays.
fn shortened(name: &str, most: usize) -> String {
    if name.len() <= most {
        return name.to_owned();
    }
    let dot = name.rfind('.').filter(|dot| *dot > 0);
    let ending = dot.map_or("", |dot| &name[dot..]);
    let ending = if ending.len() <= LONGEST_ENDING.min(most / 2) {
        ending
    } else {
        ""
    };
    let stem = &name[..name.len() - ending.len()];
    let stem = &stem[..stem.floor_char_boundary(most - ending.len() - 1)];
    let mut short = format!("{stem}{ending}");
    if needs_an_end(&short) || is_run_by_looking(&short) {
        short.push('_');
    }
    short
}

/// The paths that are taken, whatever their case, by digest: of a hundred
/// thousand names it takes a megabyte.
#[derive(Debug, Default)]
pub(super) struct Taken(HashSet<u64>);

impl Taken {
    /// Takes a path in a folder (which ends with `/`) for a name that is safe.
    /// If it is taken, a number is put before the name's first dot, as Telegram
    /// Desktop does; then before its last one if it would get too long.
    pub(super) fn take(&mut self, folder: &str, name: &str) -> String {
        let mut turn = 0_u32;
        loop {
            let path = if turn == 0 {
                format!("{folder}{name}")
            } else {
                format!("{folder}{}", numbered(name, turn))
            };
            let mut hasher = DefaultHasher::new();
            path.to_lowercase().hash(&mut hasher);
            if self.0.insert(hasher.finish()) {
                return path;
            }
            turn += 1;
        }
    }
}

/// `a (1).tar.gz`.
fn numbered(name: &str, turn: u32) -> String {
    let number = format!(" ({turn})");
    let short = shortened(name, LONGEST_NAME - number.len());
    let dot = short.find('.').unwrap_or(short.len());
    format!("{}{number}{}", &short[..dot], &short[dot..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_those_of_telegram_desktop_where_they_are_safe() {
        for (given, safe) in [
            ("report.pdf", "report.pdf"),
            ("", "_"),
            (".", "._"),
            ("..", ".._"),
            ("a/b\\c<d>e:f\"g|h?i*j.txt", "a_b_c_d_e_f_g_h_i_j.txt"),
            ("bell\u{7}.txt", "bell_.txt"),
            ("\u{202e}gpj.exe", "_gpj.exe"),
            ("end.", "end._"),
            ("end ", "end _"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("lpt9.tar.gz", "_lpt9.tar.gz"),
            ("COM¹.txt", "_COM¹.txt"),
            ("COM10.txt", "COM10.txt"),
            ("console.txt", "console.txt"),
            ("evil.LNK", "evil.LNK.download"),
            ("Привет мир.txt", "Привет мир.txt"),
            ("👩‍👩‍👧.png", "👩‍👩‍👧.png"),
            (".bashrc", ".bashrc"),
        ] {
            assert_eq!(safe_name(given), safe);
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = safe_name(&format!("{}.jpeg", "ж".repeat(300)));
        assert!(
            long.len() <= LONGEST_NAME && long.ends_with("ж.jpeg"),
            "{long}"
        );
        let no_ending = safe_name(&"x".repeat(300));
        assert_eq!(no_ending, "x".repeat(LONGEST_NAME - 1));
        // What only looks like an ending.
        let dotted = safe_name(&format!("a.{}", "y".repeat(300)));
        assert!(dotted.len() <= LONGEST_NAME && dotted.starts_with("a.yy"));
        // What would end in something bad where it is cut.
        let cut = safe_name(&format!("{}.lnk{}", "z".repeat(138), "k".repeat(40)));
        assert!(cut.ends_with(".lnk_") && cut.len() <= LONGEST_NAME, "{cut}");
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number_whatever_its_case() {
        let mut taken = Taken::default();
        for (name, path) in [
            ("a.tar.gz", "files/a.tar.gz"),
            ("A.TAR.GZ", "files/A (1).TAR.GZ"),
            ("a.tar.gz", "files/a (2).tar.gz"),
            ("a (1).tar.gz", "files/a (1) (1).tar.gz"),
            ("none", "files/none"),
            ("None", "files/None (1)"),
            ("Ж.txt", "files/Ж.txt"),
            ("ж.txt", "files/ж (1).txt"),
        ] {
            assert_eq!(taken.take("files/", name), path);
        }
        assert_eq!(taken.take("photos/", "a.tar.gz"), "photos/a.tar.gz");
    }

    fn is_safe(name: &str) -> bool {
        !needs_an_end(name)
            && name.len() <= LONGEST_NAME
            && !name.contains(|c: char| c.is_control() || BAD.contains(c) || TURNING.contains(&c))
            && !is_device(name)
            && !is_run_by_looking(name)
    }

    proptest! {
        #[test]
        fn any_name_becomes_a_safe_one_and_a_safe_one_stays(name in any::<String>()) {
            let safe = safe_name(&name);
            prop_assert!(is_safe(&safe), "{safe:?}");
            prop_assert_eq!(safe_name(&safe), safe);
        }

        #[test]
        fn hostile_names_become_safe_ones(name in "[. /\\\\:a-cCcOoNn1-9¹\u{202e}\u{0}-]{0,400}") {
            let safe = safe_name(&name);
            prop_assert!(is_safe(&safe), "{safe:?}");
            prop_assert_eq!(safe_name(&safe), safe);
        }

        #[test]
        fn no_two_paths_are_the_same(names in prop::collection::vec("[aA.]{1,4}|[жЖ]{70,80}\\.[a-z]{1,30}", 1..40)) {
            let mut taken = Taken::default();
            let mut seen = HashSet::new();
            for name in &names {
                let path = taken.take("f/", &safe_name(name));
                prop_assert!(path.len() <= LONGEST_NAME + 2, "{path}");
                prop_assert!(is_safe(&path[2..]), "{path:?}");
                prop_assert!(seen.insert(path.to_lowercase()), "{path}");
            }
        }
    }
}
