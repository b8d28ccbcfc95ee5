//! Amounts of money as Telegram writes them
//! (<https://core.telegram.org/bots/payments#supported-currencies>).

/// Telegram's own currency.
const STARS: &str = "XTR";

/// How a currency is written.
#[derive(Clone, Copy)]
struct Rule {
    /// Between thousands; `None`: nothing.
    thousands: Option<char>,
    /// Before the fraction.
    point: char,
    /// Whether its sign stands before the number.
    is_before: bool,
    /// Whether there is a blank between the two.
    is_apart: bool,
    /// How many digits its fraction has.
    digits: u32,
}

const USUAL: Rule = rule(Some(','), '.', true, false, 2);

const fn rule(
    thousands: Option<char>,
    point: char,
    is_before: bool,
    is_apart: bool,
    digits: u32,
) -> Rule {
    Rule {
        thousands,
        point,
        is_before,
        is_apart,
        digits,
    }
}

/// Currencies that are all written in one way.
const RULES: &[(Rule, &str)] = &[
    (
        rule(Some(','), '.', true, true, 2),
        "AED BDT DZD EGP HNL ILS LBP LKR MAD NIO PAB PEN QAR SAR SYP YER ZAR",
    ),
    (rule(Some(','), '.', true, true, 3), "BHD IQD"),
    (rule(Some(','), '.', true, false, 3), "JOD"),
    (rule(Some(','), '.', true, false, 0), "JPY KRW UGX"),
    (rule(Some(','), '.', false, true, 2), "AMD MDL MVR"),
    (rule(Some(','), '/', false, true, 2), "IRR"),
    (rule(Some('.'), ',', true, false, 2), "BND CRC IDR"),
    (
        rule(Some('.'), ',', true, true, 2),
        "ARS BOB BRL COP UYU VEF",
    ),
    (rule(Some('.'), ',', true, true, 0), "CLP PYG"),
    (rule(Some('.'), ',', false, false, 2), "ALL"),
    (
        rule(Some('.'), ',', false, true, 2),
        "BAM HRK RON RSD SEK TRY",
    ),
    (rule(Some('.'), ',', false, true, 0), "ISK VND"),
    (
        rule(Some(' '), ',', false, true, 2),
        "AZN BGN BYN CZK EUR GEL HUF PLN RUB UZS",
    ),
    (rule(Some(' '), ',', false, false, 2), "UAH"),
    (rule(Some(' '), ',', true, false, 2), "MNT"),
    (rule(Some(' '), ',', true, true, 2), "NOK"),
    (rule(Some(' '), '-', false, true, 2), "KGS"),
    (rule(Some(' '), '-', true, false, 2), "KZT"),
    (rule(Some(' '), ';', false, true, 2), "TJS"),
    (rule(Some('\''), '.', false, true, 2), "CHF"),
    (rule(None, ',', false, true, 2), "DKK"),
];

/// Currencies that have a sign of their own.
const SIGNS: [(&str, &str); 17] = [
    ("AUD", "AU$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN¥"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("HKD", "HK$"),
    ("ILS", "₪"),
    ("INR", "₹"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("THB", "฿"),
    ("TWD", "NT$"),
    ("USD", "$"),
    ("VND", "₫"),
];

/// An amount in a currency's smallest unit, as Telegram Desktop writes it.
pub(super) fn written(amount: i64, currency: &str) -> String {
    if currency == STARS {
        return format!("⭐{}", grouped(amount.unsigned_abs(), Some(',')));
    }
    let rule = RULES
        .iter()
        .find(|(_, names)| names.split(' ').any(|name| name == currency));
    let rule = rule.map_or(USUAL, |(rule, _)| *rule);
    let sign = SIGNS.iter().find(|(name, _)| *name == currency);
    let sign = sign.map_or(currency, |(_, sign)| sign);
    let unit = 10_u64.pow(rule.digits);
    let (whole, rest) = (amount.unsigned_abs() / unit, amount.unsigned_abs() % unit);
    let mut number = grouped(whole, rule.thousands);
    if rule.digits > 0 {
        let width = usize::try_from(rule.digits).unwrap_or_default();
        number.push(rule.point);
        let rest = format!("{rest:0width$}");
        number.push_str(&rest);
    }
    let minus = if amount < 0 { "−" } else { "" };
    let blank = if rule.is_apart { " " } else { "" };
    if rule.is_before {
        format!("{minus}{sign}{blank}{number}")
    } else {
        format!("{minus}{number}{blank}{sign}")
    }
}

fn grouped(number: u64, between: Option<char>) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (turn, digit) in digits.chars().enumerate() {
        if turn > 0
            && (digits.len() - turn).is_multiple_of(3)
            && let Some(between) = between
        {
            grouped.push(between);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_their_currency_is() {
        for (amount, currency, shown) in [
            (123_456_789, "USD", "$1,234,567.89"),
            (-5, "USD", "−$0.05"),
            (123_456, "EUR", "1 234,56 €"),
            (1_234_567, "JPY", "¥1,234,567"),
            (1_234_567, "KZT", "KZT12 345-67"),
            (123_456, "DKK", "1234,56 DKK"),
            (1_234_567, "BHD", "BHD 1,234.567"),
            (100, "XYZ", "XYZ1.00"),
            (1_500, "XTR", "⭐1,500"),
            (i64::MIN, "CHF", "−92'233'720'368'547'758.08 CHF"),
        ] {
            assert_eq!(written(amount, currency), shown);
        }
    }
}
