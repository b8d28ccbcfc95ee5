//! What becomes of tags over 2,000 posts of 20 channels that one person reads: how many
//! there are, how many are used once, and how many are forms of one word.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_stemmers::{Algorithm, Stemmer};
use sesame_domain::tag::{ChannelUsage, TagKey, TagLabel};
use sesame_taggers::keywords::Keywords;

use crate::posts::{post, tags};

const CHANNELS: usize = 20;
const POSTS_A_CHANNEL: usize = 100;

/// What posts of a language are made of. A subject is a word in its forms, which a
/// template names by their place.
struct Material {
    stemmer: Algorithm,
    subjects: &'static [&'static [&'static str]],
    names: &'static [&'static str],
    places: &'static [&'static str],
    /// `{0}` and on are forms of the subject, `{b}` of another one in its first form,
    /// `{e}` a name, `{p}` a place, `{n}` a number.
    sentences: &'static [&'static str],
    footers: &'static [&'static str],
}

const ENGLISH: Material = Material {
    stemmer: Algorithm::English,
    subjects: &[
        &["battery", "batteries"],
        &["mortgage", "mortgages"],
        &["vaccine", "vaccines"],
        &["museum", "museums"],
        &["tariff", "tariffs"],
        &["satellite", "satellites"],
        &["bakery", "bakeries"],
        &["salary", "salaries"],
        &["pipeline", "pipelines"],
        &["AI", "AI"],
        &["glacier", "glaciers"],
        &["subscription", "subscriptions"],
        &["neural network", "neural networks"],
        &["housing market", "housing markets"],
    ],
    names: &[
        "Northwind",
        "Anna Lindqvist",
        "Contoso",
        "Helio Labs",
        "Fabrikam",
        "Peter Novak",
    ],
    places: &["Riverton", "Lisbon", "Oslo", "Nairobi", "Quebec", "Osaka"],
    sentences: &[
        "The {0} is changing faster than anyone in {p} expected, says {e}.",
        "{e} opened an office in {p} to work on {1}.",
        "Prices of {1} went up by {n} percent, and {b} may be next.",
        "Why does every {0} need a second look? Experts in {p} have a theory.",
        "A report on {1} was published after {n} months of work.",
        "Critics say that {e} knew about the {b} all along.",
        "More about {1} in our long read.",
    ],
    footers: &[
        "👉 Subscribe: @daily",
        "Morning Lantern — news for curious people",
    ],
};

const RUSSIAN: Material = Material {
    stemmer: Algorithm::Russian,
    subjects: &[
        &["ипотека", "ипотеки", "ипотеку", "ипотеке"],
        &["нейросеть", "нейросети", "нейросеть", "нейросети"],
        &["вакцина", "вакцины", "вакцину", "вакцине"],
        &["зарплата", "зарплаты", "зарплату", "зарплате"],
        &["батарея", "батареи", "батарею", "батарее"],
        &["парковка", "парковки", "парковку", "парковке"],
        &["библиотека", "библиотеки", "библиотеку", "библиотеке"],
        &["выставка", "выставки", "выставку", "выставке"],
        &["подписка", "подписки", "подписку", "подписке"],
        &[
            "ключевая ставка",
            "ключевой ставки",
            "ключевую ставку",
            "ключевой ставке",
        ],
        &["экспертиза", "экспертизы", "экспертизу", "экспертизе"],
        &["поставка", "поставки", "поставку", "поставке"],
        &["премия", "премии", "премию", "премии"],
    ],
    names: &[
        "Северсталь",
        "Ирина Белова",
        "Вектор",
        "Nvidia",
        "Минфин",
        "Пётр Громов",
    ],
    places: &["Казани", "Туле", "Перми", "Томске", "Твери", "Омске"],
    sentences: &[
        "Чем важна {0}, спорят эксперты в {p}.",
        "За {2} взялись в {p}: первые итоги обещают через {n} месяцев.",
        "Компания {e} рассказала о {3} и о том, что будет дальше.",
        "Без {1} не обойтись, уверены в компании {e}.",
        "Цена {1} выросла на {n} процентов, следом подорожает {b}.",
        "{b} тоже меняется, но медленнее.",
        "В {p} заговорили про {2}.",
    ],
    footers: &[
        "Подписаться на канал | Прислать новость",
        "Утренний фонарь — новости для любопытных",
    ],
};

const PORTUGUESE: Material = Material {
    stemmer: Algorithm::Portuguese,
    subjects: &[
        &["vacina", "vacinas"],
        &["bateria", "baterias"],
        &["tarifa", "tarifas"],
        &["biblioteca", "bibliotecas"],
        &["escola", "escolas"],
        &["exportação", "exportações"],
        &["hipoteca", "hipotecas"],
        &["taxa de juros", "taxas de juros"],
        &["IA", "IA"],
    ],
    names: &["Petrobras", "Marina Lopes", "Embraer", "João Prado"],
    places: &["Recife", "Curitiba", "Manaus", "Natal"],
    sentences: &[
        "A {0} mudou a rotina de moradores em {p}.",
        "{e} abriu um escritório em {p} para cuidar de {1}.",
        "O preço das {1} subiu {n} por cento, e a {b} pode ser a próxima.",
        "Por que a {0} preocupa especialistas em {p}?",
        "O relatório sobre {1} saiu depois de {n} meses.",
    ],
    footers: &[
        "Inscreva-se no canal",
        "Lanterna da Manhã — notícias para curiosos",
    ],
};

/// The same numbers each time.
struct Dice(u64);

impl Dice {
    fn of<T: Copy>(&mut self, things: &[T]) -> T {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(self.0 >> 33).unwrap() % things.len();
        things[at]
    }
}

fn text(material: &Material, channel: usize, dice: &mut Dice) -> String {
    // Each channel has subjects of its own, and some that all have.
    let subject = |dice: &mut Dice| {
        let own = channel % material.subjects.len();
        let near = (own + 1 + dice.of(&[0, 0, 0, 1, 2, 3, 4, 5, 6])) % material.subjects.len();
        material.subjects[dice.of(&[own, own, near, near])]
    };
    let chosen = subject(dice);
    let mut text = String::new();
    for _ in 0..dice.of(&[1, 2, 2, 3, 3, 4]) {
        let mut sentence = dice.of(material.sentences).to_owned();
        for (at, form) in chosen.iter().enumerate() {
            sentence = sentence.replace(&format!("{{{at}}}"), form);
        }
        sentence = sentence
            .replace("{b}", subject(dice)[0])
            .replace("{e}", dice.of(material.names))
            .replace("{p}", dice.of(material.places))
            .replace("{n}", dice.of(&["3", "12", "20"]));
        let mut letters = sentence.chars();
        let first = letters.next().unwrap();
        text.extend(first.to_uppercase());
        text.push_str(letters.as_str());
        text.push(' ');
    }
    let footer = material.footers[channel % material.footers.len()];
    format!("{text}\n\n{footer}")
}

/// How tags are used.
struct Used {
    given: usize,
    by_key: BTreeMap<TagKey, usize>,
    by_stems: BTreeMap<Vec<String>, Vec<String>>,
}

impl Used {
    fn distinct(&self) -> usize {
        self.by_key.len()
    }

    fn once(&self) -> usize {
        self.by_key.values().filter(|times| **times == 1).count()
    }

    /// Tags that are other forms of the words of one that is there.
    fn variants(&self) -> usize {
        self.distinct() - self.by_stems.len()
    }
}

/// Reads everything in the order in which it comes. With `known`, tags that are there
/// are told to the tagger, as they are in the program.
fn read(told: bool) -> Used {
    let keywords = Keywords::new();
    let mut dice = Dice(15);
    let mut usages: [Arc<ChannelUsage>; CHANNELS] = Default::default();
    let mut known: Vec<TagLabel> = Vec::new();
    let mut used = Used {
        given: 0,
        by_key: BTreeMap::new(),
        by_stems: BTreeMap::new(),
    };
    for at in 0..CHANNELS * POSTS_A_CHANNEL {
        let channel = at % CHANNELS;
        let material = [&ENGLISH, &RUSSIAN, &RUSSIAN, &PORTUGUESE, &ENGLISH][channel % 5];
        let mut post = post(&text(material, channel, &mut dice));
        keywords.learn(Arc::make_mut(&mut usages[channel]), &post);
        post.usage = Some(Arc::clone(&usages[channel]));
        if told {
            post.known.clone_from(&known);
        }
        let stemmer = Stemmer::create(material.stemmer);
        for tag in tags(&keywords, post) {
            used.given += 1;
            let times = used.by_key.entry(tag.label.key().clone()).or_default();
            *times += 1;
            if *times == 1 {
                let words = tag.label.as_str().split(' ').map(str::to_lowercase);
                let stems = words.map(|it| stemmer.stem(&it).into_owned()).collect();
                let forms = used.by_stems.entry(stems).or_default();
                forms.push(tag.label.to_string());
                known.push(tag.label);
            }
        }
    }
    used
}

#[test]
fn over_many_posts_there_are_few_tags_and_fewer_that_are_used_once() {
    let [alone, told] = [false, true].map(read);
    println!("| | tags given | distinct | used once | other forms of one |");
    println!("| --- | --- | --- | --- | --- |");
    for (name, used) in [("without the person's tags", &alone), ("with them", &told)] {
        let (distinct, once, variants) = (used.distinct(), used.once(), used.variants());
        println!(
            "| {name} | {} | {distinct} | {once} | {variants} |",
            used.given
        );
    }
    let forms: Vec<_> = told
        .by_stems
        .values()
        .filter(|forms| forms.len() > 1)
        .collect();
    assert!(forms.is_empty(), "{forms:?}");
    assert!(told.distinct() <= alone.distinct());
    assert!(
        told.once() * 4 <= told.distinct(),
        "{} of {}",
        told.once(),
        told.distinct()
    );
}
