//! What the ending of a word tells: whether it names something.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::Language;

/// What a word is, as far as its ending tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::keywords) enum Shape {
    /// It names something, as far as one can see.
    Noun,
    /// It says how something is.
    Adjective,
    /// It says what is done, or how: no tag.
    Verb,
}

/// The endings of a language, and the nouns that have one of them all the same: whole
/// words, or ends of words with a `-` in front.
struct Lists {
    adjectives: &'static str,
    verbs: &'static str,
    nouns: &'static str,
}

/// The same, to be looked up in.
struct Endings {
    adjectives: Vec<&'static str>,
    verbs: Vec<&'static str>,
    nouns: HashSet<&'static str>,
    ends_of_nouns: Vec<&'static str>,
}

impl Endings {
    fn of(lists: &Lists) -> Self {
        let nouns = || lists.nouns.split_whitespace();
        Self {
            adjectives: lists.adjectives.split_whitespace().collect(),
            verbs: lists.verbs.split_whitespace().collect(),
            nouns: nouns().filter(|it| !it.starts_with('-')).collect(),
            ends_of_nouns: nouns().filter_map(|it| it.strip_prefix('-')).collect(),
        }
    }

    fn shape(&self, word: &str) -> Shape {
        let is_noun =
            self.nouns.contains(word) || self.ends_of_nouns.iter().any(|end| word.ends_with(end));
        if is_noun {
            return Shape::Noun;
        }
        if ends(word, &self.verbs) {
            return Shape::Verb;
        }
        if ends(word, &self.adjectives) {
            return Shape::Adjective;
        }
        Shape::Noun
    }
}

/// Whether a word has one of the endings. One that is hardly longer has another.
fn ends(word: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| {
        let rest = word.strip_suffix(ending);
        rest.is_some_and(|rest| rest.chars().count() >= 2)
    })
}

/// What the ending of a word in small letters tells.
pub(super) fn shape(language: Language, word: &str) -> Shape {
    static ENDINGS: [OnceLock<Endings>; Language::ALL.len()] =
        [const { OnceLock::new() }; Language::ALL.len()];
    let Some(lists) = lists(language) else {
        return Shape::Noun;
    };
    let at = Language::ALL.iter().position(|it| *it == language);
    let endings = ENDINGS[at.unwrap_or_default()].get_or_init(|| Endings::of(lists));
    endings.shape(word)
}

fn lists(language: Language) -> Option<&'static Lists> {
    match language {
        Language::English => Some(&ENGLISH),
        Language::Russian => Some(&RUSSIAN),
        Language::Ukrainian => Some(&UKRAINIAN),
        Language::Portuguese => Some(&PORTUGUESE),
        Language::Spanish => Some(&SPANISH),
        Language::French => Some(&FRENCH),
        Language::Italian => Some(&ITALIAN),
        Language::Polish => Some(&POLISH),
        Language::Turkish => Some(&TURKISH),
        // Nouns are written large there.
        Language::German => None,
    }
}

const ENGLISH: Lists = Lists {
    adjectives: "ous ful less able ible ish iest ical ional ental ular ative itive sive ier ern",
    verbs: "ly ed izes ises ize ise",
    nouns: "family supply assembly reply anomaly italy monopoly feed -speed seed reed breed \
         cable table -vegetable variable bible premier carrier frontier barrier supplier \
         courier soldier pattern concern modern fern lantern crucible -wise prize size \
         exercise noise franchise enterprise expertise paradise premise rise cruise wireless \
         serverless national professional regional alternative initiative representative \
         narrative native bus -house mouse house british spanish english polish turkish fish \
         dish finish radish professionals capital hospital digital musical rental mental \
         portable renewable firefly butterfly fly jelly belly dolly",
};

const RUSSIAN: Lists = Lists {
    adjectives: "ый ской ший щий жий чий кий гий хий ний ная кая вая лая тая рая мая сая щая шая жая \
         няя ое ее ые ском нском ские шие щие гие кие жие хие ого его ому ему ую юю ых их ыми \
         ными кими щими ным ким вым щим шим овой евой жней шней нней чней ной вской нной щей \
         шей еный аный",
    verbs: "ать ять ить еть уть оть ыть ться тся чь ает яет ует еет юет ают яют уют еют ал ала \
         али ало ял яла яли яло ил ила или ило нул нула нули лся лась лись лось ешь ишь ете \
         ите айте йте уем аем яем ируют лен лена лено лены ован ована овано ованы щен щена \
         щены щено ся сь тно чно льно нно жно вно енно рно мно ски ив ав ившись вшись ют нут \
         дут жут гут ит жат дят тят лят нят рят вят сят нее лее тее вее рее",
    nouns: "-портал канал -сигнал -материал -материала персонал -персонала -журнал -журнала \
         -капитал -капитала -потенциал -потенциала -портала -канала -сигнала финал -финала \
         полуфинал сериал -сериала терминал -терминала филиал филиала квартал квартала \
         скандал скандала арсенал арсенала идеал криминал мемориал ритуал металл металла овал \
         минерал генерал генерала адмирал -вал бал зал зала вокзал вокзала подвал интервал \
         интервала урал урала байкал байкала шкала скала -функционал -функционала профиль \
         крокодил дебил сила -могила правила чернила -мобили профили детали -медали морали \
         печали бали -начало зеркало одеяло сеть память печать -кровать мать нить тетрадь \
         площадь нефть прибыль речь ночь дочь печь помощь член плен цена -окно зерно зерна \
         полотно пятно казино -кино -вино скорая столовая кофейная ванная кладовая прихожая \
         гостиная рабочий ученый ученые ученых военный военные военных комментарий сценарий \
         критерий санаторий гений евгений дмитрий юрий алюминий литий иий -арий -орий -ерий \
         -пий литература выходной выходные насекомое животное животные животных мороженое \
         пирожное здание прошлое будущее данные данных данными наличные наличных призыв архив \
         актив мотив разлив отзыв взрыв прорыв перерыв состав устав сплав штат мультфильм \
         -ость власть область часть смерть степь цепь мебель весь осень жизнь связь запись \
         подпись рукопись живопись лось гусь карась рысь ось русь беларусь кросс бренди такси \
         краски доски поиски иски риски списки виски диски сосиски тиски запуски пуски \
         отпуски выпуски войска дебют салют приют уют валют институт маршрут -едит -имит \
         -ицит визит -анит -удит -агнит -анзит -атит -трит -андит -ифит бит -битфит -рнит \
         взгляд -снаряд отряд порядок санкт -пит -вейт билет буфет интернет бюджет кабинет \
         университет комитет планета ракета газета диета обувь церковь любовь кровь морковь",
};

const UKRAINIAN: Lists = Lists {
    adjectives: "ний ський вий кий ший чий лий ого ому их ими ська ське ські ській ську ською ьких \
         вна льна нна льне льні льну льної вної нної вні нні ової ова ові",
    verbs: "ти тися ється еться ються иться яться ає яє ує ають яють ують ився ися лася лося \
         лися авши ивши ила или ило ала али ало яла яли ував увала ували ено ано овано імо \
         емо ить ять уть",
    nouns: "-боти -орти -ункти -енти -анти -акти -екти -кти -рти -сти -нти -іти -ости -оти \
         -освіти результати депутати кандидати солдати втрати зарплати виплати дати плати \
         сила правила шкала канали деталі матеріали сигнали -матеріал початок мова назва \
         слова -основа голова умова здобич суть путь лють п'ять мати матеріала портала \
         квартали сайти тести кошти міста вчений вчені війна країна родина людина ціна спина \
         зміна -їна",
};

const PORTUGUESE: Lists = Lists {
    adjectives: "oso osa osos osas ável ível áveis íveis íssimo íssima",
    verbs: "mente ando endo indo aram eram iram ou ará erá irá arão erão irão am em -lo -la -se \
         -los -las avam ava eu iu ar er ir asse esse aria eria ariam",
    nouns: "-gem homem ordem jovem item -mem mar lugar mulher par dólar celular bar lar solar \
         militar escolar hambúrguer clima museu europeu pneu tubarão secretaria padaria \
         livraria engenharia -taria -haria -doria caria maria malária -ária bateria galeria \
         loteria artilharia -eria -aria açúcar colher pilar radar avatar nuclear amazonas \
         líder câncer caráter repórter pôster quer fundo mundo vendo dividendo bando comando \
         contrabando fernando eduardo interesse classe passe impasse gás lava semente \
         ambiente presidente cliente gerente corrente amazon romeu saber poder",
};

const SPANISH: Lists = Lists {
    adjectives: "oso osa osos osas able ible ables ibles ísimo ísima",
    verbs: "mente ando iendo aron ieron ará erá irá arán erán irán an en aba aban ó ar er ir \
         arse erse irse",
    nouns: "plan pan clan -men -gen orden tren joven margen mar lugar mujer hogar azúcar dólar \
         taller bar poder alquiler militar líder cáncer móvil celular solar nuclear radar \
         cable -able ayer semente ambiente mercado fernando bando comando avatar paladar par \
         pilar altar placer carácter póster reportero -combustible combustibles cables casar",
};

const FRENCH: Lists = Lists {
    adjectives: "eux euse euses able ible ables ibles",
    verbs: "ait aient era eront irait erait issent amment emment quement llement ivement",
    nouns: "jeux feux lieux milieux table câble sable portrait retrait extrait lait fait trait \
         opéra caméra combustible renouvelable cartable cible bible",
};

const ITALIAN: Lists = Lists {
    adjectives: "oso osa osi ose abile ibile abili ibili issimo issima",
    verbs: "mente ando endo are ere ire arono erono irono erà irà eranno iranno ava avano arsi \
         ersi irsi",
    nouns: "mare cuore potere militare solare nucleare mente cliente ambiente presidente carcere \
         cellulare genere malware software hardware automobile mobile mobili cosa rosa crisi \
         fibra quartiere cantiere ingegnere bicchiere camere lettere lava",
};

const POLISH: Lists = Lists {
    adjectives: "owy owa owe owej owego owych ski ska skie skiej skiego skich czny czna czne cznej \
         cznego cznych lny lna lne lnej lnego lnych",
    verbs: "ać eć ić yć ał ała ali ały ił iła ili iły ano ono uje ują się",
    nouns: "umowa -mowa budowa głowa polska kanał materiał sygnał siła skala zespół",
};

const TURKISH: Lists = Lists {
    adjectives: "sel sal",
    verbs: "iyor ıyor uyor üyor acak ecek mek mak mıştır miştir yapıldı edildi oldu aldı etti",
    nouns: "ekmek yemek parmak ırmak kaymak emek",
};

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Language::English, "quickly", Shape::Verb)]
    #[case(Language::English, "announced", Shape::Verb)]
    #[case(Language::English, "supply", Shape::Noun)]
    #[case(Language::English, "dangerous", Shape::Adjective)]
    #[case(Language::English, "battery", Shape::Noun)]
    #[case(Language::Russian, "подписал", Shape::Verb)]
    #[case(Language::Russian, "канал", Shape::Noun)]
    #[case(Language::Russian, "искусственный", Shape::Adjective)]
    #[case(Language::Russian, "интеллект", Shape::Noun)]
    #[case(Language::Russian, "безопасность", Shape::Noun)]
    #[case(Language::Russian, "данных", Shape::Noun)]
    #[case(Language::Russian, "ипотека", Shape::Noun)]
    #[case(Language::Ukrainian, "український", Shape::Adjective)]
    #[case(Language::Ukrainian, "підписати", Shape::Verb)]
    #[case(Language::Portuguese, "rapidamente", Shape::Verb)]
    #[case(Language::Portuguese, "bateria", Shape::Noun)]
    #[case(Language::Spanish, "lentamente", Shape::Verb)]
    #[case(Language::German, "schnell", Shape::Noun)]
    fn endings_tell_what_names_something(
        #[case] language: Language,
        #[case] word: &str,
        #[case] expected: Shape,
    ) {
        assert_eq!(shape(language, word), expected);
    }
}
