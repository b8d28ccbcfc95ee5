//! `help.getCountriesList`: countries, and how their telephone numbers are written.

use grammers_tl_types::{enums, functions::help, types};

use crate::dc::rpc::{Access, Call, Handle, Method, RpcResult, method};

/// Changes whenever the list does.
const HASH: i32 = 1;

/// A country: its letters, its name, whether apps hide it, and its codes, each with
/// what numbers begin with after it (none: with anything) and how they are written.
type Country = (
    &'static str,
    &'static str,
    bool,
    &'static [(
        &'static str,
        &'static [&'static str],
        &'static [&'static str],
    )],
);

/// Some of Telegram's list.
const COUNTRIES: &[Country] = &[
    (
        "CA",
        "Canada",
        false,
        &[(
            "1",
            &["204", "236", "416", "604", "647", "778", "905"],
            &["XXX XXX XXXX"],
        )],
    ),
    ("DE", "Germany", false, &[("49", &[], &["XXXX XXXXXXX"])]),
    ("FR", "France", false, &[("33", &[], &["X XX XX XX XX"])]),
    (
        "FT",
        "Anonymous Numbers",
        true,
        &[("888", &[], &["XXXX XXXX"])],
    ),
    (
        "GB",
        "United Kingdom",
        false,
        &[("44", &[], &["XXXX XXXXXX"])],
    ),
    (
        "KZ",
        "Kazakhstan",
        false,
        &[("7", &["6", "7"], &["XXX XXX XX XX"])],
    ),
    ("PL", "Poland", false, &[("48", &[], &["XXX XXX XXX"])]),
    (
        "RU",
        "Russian Federation",
        false,
        &[("7", &[], &["XXX XXX XXXX"])],
    ),
    ("UA", "Ukraine", false, &[("380", &[], &["XX XXX XX XX"])]),
    ("US", "USA", false, &[("1", &[], &["XXX XXX XXXX"])]),
];

pub(super) fn methods() -> Vec<Method> {
    vec![method::<help::GetCountriesList>()]
}

impl Handle for help::GetCountriesList {
    const ACCESS: Access = Access::Open;

    async fn handle(self, _: Call) -> RpcResult<enums::help::CountriesList> {
        if self.hash == HASH {
            return Ok(enums::help::CountriesList::NotModified);
        }
        let countries = COUNTRIES.iter().map(country).collect();
        let list = types::help::CountriesList {
            countries,
            hash: HASH,
        };
        Ok(enums::help::CountriesList::List(list))
    }
}

fn country((iso2, name, hidden, codes): &Country) -> enums::help::Country {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let codes = codes.iter().map(|(code, prefixes, patterns)| {
        enums::help::CountryCode::Code(types::help::CountryCode {
            country_code: (*code).to_owned(),
            prefixes: (!prefixes.is_empty()).then(|| owned(prefixes)),
            patterns: (!patterns.is_empty()).then(|| owned(patterns)),
        })
    });
    enums::help::Country::Country(types::help::Country {
        hidden: *hidden,
        iso2: (*iso2).to_owned(),
        default_name: (*name).to_owned(),
        // It has them in no language but the default one.
        name: None,
        country_codes: codes.collect(),
    })
}
