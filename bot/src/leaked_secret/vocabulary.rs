//! Words that tell what a number is, in the languages that people write here.
//! All in small letters and without what [`super::plain`] takes away.

/// Words of which a number beside them is a login code.
const OF_CODES: &[&str] = &[
    // English, and what it lent to others
    "code",
    "codes",
    "passcode",
    "otp",
    "pin",
    "login",
    "sms",
    "verification",
    "confirmation",
    "password",
    "telegram",
    "tg", //
    // Russian, Ukrainian
    "код",
    "кода",
    "коду",
    "кодом",
    "коде",
    "коды",
    "кодик",
    "пин",
    "логин",
    "смс",
    "пароль",
    "подтверждения",
    "телеграм",
    "телеграмм",
    "телеграма",
    "телеги",
    "тг", //
    // Portuguese, Spanish
    "código",
    "codigo",
    "códigos",
    "codigos",
    "clave",
    "senha",
    "contraseña",
    "contrasena",
    "verificação",
    "verificacao",
    "verificación",
    "verificacion", //
    // others
    "codice",
    "kod",
    "kodu",
    "kodum",
    "kode",
    "kodi",
    "کد",
    "كود",
    "رمز",
    "कोड",
    "验证码",
    "認証コード",
];

/// Words that make a code another one, before or after it.
const OF_OTHER_CODES: &[&str] = &[
    "zip",
    "postal",
    "post",
    "postcode",
    "area",
    "country",
    "dial",
    "dialing",
    "error",
    "exit",
    "status",
    "http",
    "promo",
    "promotional",
    "discount",
    "coupon",
    "voucher",
    "gift",
    "bar",
    "qr",
    "source",
    "product",
    "item",
    "order",
    "tracking",
    "referral",
    "booking",
    "tax",
    "bank",
    "swift",
    "color",
    "colour",
    "dress", //
    "почтовый",
    "почтового",
    "ошибки",
    "ошибка",
    "города",
    "региона",
    "страны",
    "товара",
    "заказа",
    "скидки",
    "налоговый",
    "домофона", //
    "barras",
    "erro",
    "error",
    "área",
    "area",
    "país",
    "pais",
    "produto",
    "producto",
    "pedido",
    "desconto",
    "descuento",
    "rastreio",
    "promocional",
    "fuente",
    "fonte",
];

/// Words between those two that do not matter.
const LINKS: &[&str] = &["of", "de", "do", "del", "da", "for", "для"];

/// Words that say nothing by themselves: with these alone around it, a number
/// is what was asked for.
const FILLERS: &[&str] = &[
    "it",
    "is",
    "s",
    "its",
    "here",
    "heres",
    "this",
    "that",
    "the",
    "my",
    "a",
    "i",
    "got",
    "get",
    "have",
    "sent",
    "says",
    "said",
    "me",
    "you",
    "they",
    "so",
    "ok",
    "okay",
    "please",
    "pls",
    "thanks",
    "thank",
    "thx",
    "hi",
    "hello",
    "hey",
    "yes",
    "and",
    "now",
    "new",
    "was",
    "just",
    "received",
    "came", //
    "вот",
    "это",
    "мой",
    "мои",
    "держи",
    "держите",
    "лови",
    "на",
    "он",
    "она",
    "оно",
    "пришел",
    "пришёл",
    "пришло",
    "пришли",
    "прислали",
    "мне",
    "да",
    "ок",
    "пожалуйста",
    "спасибо",
    "привет",
    "и",
    "а",
    "ну",
    "новый",
    "там",
    "тут", //
    "é",
    "e",
    "este",
    "esse",
    "aqui",
    "está",
    "esta",
    "meu",
    "o",
    "obrigado",
    "obrigada",
    "oi",
    "olá",
    "ola",
    "sim",
    "recebi",
    "chegou", //
    "es",
    "ese",
    "aquí",
    "mi",
    "el",
    "la",
    "gracias",
    "hola",
    "sí",
    "si",
    "llegó",
    "llego",
    "recibí",
    "recibi",
    "me",
];

/// What numbers count.
const UNITS: &[&str] = &[
    "usd",
    "eur",
    "euro",
    "euros",
    "dollar",
    "dollars",
    "rub",
    "руб",
    "рублей",
    "рубля",
    "р",
    "reais",
    "real",
    "pesos",
    "btc",
    "usdt",
    "ton",
    "stars",
    "lines",
    "users",
    "members",
    "people",
    "steps",
    "points",
    "km",
    "m",
    "kg",
    "g",
    "kb",
    "mb",
    "gb",
    "ms",
    "px",
    "строк",
    "человек",
    "шагов",
    "участников",
    "км",
    "кг",
    "м",
    "г",
    "шт",
    "linhas",
    "pessoas",
    "líneas",
    "lineas",
    "personas",
    "k",
];

/// Digits in words.
const DIGITS: &[(&str, char)] = &[
    ("zero", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'), //
    ("ноль", '0'),
    ("нуль", '0'),
    ("один", '1'),
    ("два", '2'),
    ("три", '3'),
    ("четыре", '4'),
    ("пять", '5'),
    ("шесть", '6'),
    ("семь", '7'),
    ("восемь", '8'),
    ("девять", '9'), //
    ("um", '1'),
    ("dois", '2'),
    ("três", '3'),
    ("tres", '3'),
    ("quatro", '4'),
    ("cinco", '5'),
    ("seis", '6'),
    ("sete", '7'),
    ("oito", '8'),
    ("nove", '9'), //
    ("cero", '0'),
    ("uno", '1'),
    ("dos", '2'),
    ("cuatro", '4'),
    ("siete", '7'),
    ("ocho", '8'),
    ("nueve", '9'),
];

/// Whether a number beside this word is a login code.
pub(super) fn is_of_codes(word: &str) -> bool {
    OF_CODES.contains(&word)
}

/// Whether this word beside one of those makes it another kind of code.
pub(super) fn is_of_other_codes(word: &str) -> bool {
    OF_OTHER_CODES.contains(&word)
}

/// Whether this word only links two others.
pub(super) fn is_link(word: &str) -> bool {
    LINKS.contains(&word)
}

/// Whether this word says nothing by itself.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}

/// Whether numbers count this.
pub(super) fn is_unit(word: &str) -> bool {
    UNITS.contains(&word)
}

/// The digit that this word is.
pub(super) fn digit(word: &str) -> Option<char> {
    let found = DIGITS.iter().find(|(name, _)| *name == word);
    found.map(|(_, digit)| *digit)
}
