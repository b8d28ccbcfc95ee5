//! How telephone numbers are written: Telegram's list of countries.

use grammers_tl_types::{enums, functions, types};
use sesame_domain::reading::{PhoneFormat, ReadError};

use super::reading::Reading;

/// Asks for the list of countries, whole.
pub(super) async fn phone_formats(reading: &Reading<'_>) -> Result<Vec<PhoneFormat>, ReadError> {
    let request = functions::help::GetCountriesList {
        // Of the names, which are all that has a language, none is used.
        lang_code: String::new(),
        hash: 0,
    };
    Ok(match reading.call(&request).await? {
        enums::help::CountriesList::List(list) => formats(list.countries),
        // Nothing was said to be known.
        enums::help::CountriesList::NotModified => Vec::new(),
    })
}

/// Those of countries that Telegram shows, as its apps take them.
fn formats(countries: Vec<enums::help::Country>) -> Vec<PhoneFormat> {
    let shown = countries
        .into_iter()
        .map(|enums::help::Country::Country(country)| country)
        .filter(|country| !country.hidden);
    let codes = shown.flat_map(|country| country.country_codes);
    codes
        .map(|enums::help::CountryCode::Code(code)| format(code))
        .collect()
}

fn format(code: types::help::CountryCode) -> PhoneFormat {
    PhoneFormat {
        code: code.country_code,
        // Where none are named, any fits.
        prefixes: code.prefixes.unwrap_or_else(|| vec![String::new()]),
        patterns: code.patterns.unwrap_or_default(),
    }
}
