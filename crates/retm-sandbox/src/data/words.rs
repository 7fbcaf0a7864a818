//! The words the generated catalogue is made of, in both languages.

/// A name in English and Arabic.
pub(super) type Name = (&'static str, &'static str);

/// The category's name and what it sells, with a base price in thousandths.
pub(super) struct Shelf {
    pub(super) name: Name,
    pub(super) goods: [(Name, i64); 6],
}

/// The first two stand for the categories of the samples and take their names from there.
pub(super) const SHELVES: [Shelf; 8] = [
    Shelf {
        name: ("Drip coffee", "المقطرة"),
        goods: [
            (("V60", "في ستين"), 14_000),
            (("Chemex", "كيمكس"), 16_000),
            (("Cold brew", "قهوة باردة"), 15_000),
            (("Aeropress", "ايروبريس"), 15_000),
            (("Filter coffee", "قهوة فلتر"), 9_000),
            (("Saudi coffee", "قهوة سعودية"), 12_000),
        ],
    },
    Shelf {
        name: ("Sweets & Cakes", "حلويات & كيك"),
        goods: [
            (("Cheesecake", "تشيزكيك"), 19_000),
            (("Brownie", "براوني"), 13_000),
            (("Kunafa", "كنافة"), 17_000),
            (("Basbousa", "بسبوسة"), 10_000),
            (("Tiramisu", "تيراميسو"), 22_000),
            (("Date cake", "كيكة تمر"), 16_000),
        ],
    },
    Shelf {
        name: ("Hot drinks", "مشروبات ساخنة"),
        goods: [
            (("Cappuccino", "كابتشينو"), 14_000),
            (("Latte", "لاتيه"), 15_000),
            (("Flat white", "فلات وايت"), 15_000),
            (("Karak tea", "شاي كرك"), 6_000),
            (("Mint tea", "شاي بالنعناع"), 5_000),
            (("Hot chocolate", "شوكولاتة ساخنة"), 16_000),
        ],
    },
    Shelf {
        name: ("Cold drinks", "مشروبات باردة"),
        goods: [
            (("Orange juice", "عصير برتقال"), 12_000),
            (("Lemon mint", "ليمون بالنعناع"), 13_000),
            (("Iced latte", "لاتيه مثلج"), 17_000),
            (("Mojito", "موهيتو"), 18_000),
            (("Laban", "لبن"), 4_000),
            (("Still water", "مياه"), 2_000),
        ],
    },
    Shelf {
        name: ("Burgers", "برجر"),
        goods: [
            (("Beef burger", "برجر لحم"), 26_000),
            (("Chicken burger", "برجر دجاج"), 23_000),
            (("Cheese burger", "تشيز برجر"), 28_000),
            (("Mushroom burger", "برجر مشروم"), 29_000),
            (("Veggie burger", "برجر نباتي"), 21_000),
            (("Slider box", "بوكس سلايدر"), 34_500),
        ],
    },
    Shelf {
        name: ("Sandwiches", "ساندويتشات"),
        goods: [
            (("Shawarma", "شاورما"), 11_000),
            (("Falafel", "فلافل"), 7_500),
            (("Club sandwich", "كلوب ساندويتش"), 24_000),
            (("Halloumi wrap", "راب حلومي"), 19_500),
            (("Tuna toast", "توست تونة"), 16_500),
            (("Kebab roll", "رول كباب"), 18_000),
        ],
    },
    Shelf {
        name: ("Salads", "سلطات"),
        goods: [
            (("Caesar salad", "سلطة سيزر"), 22_000),
            (("Fattoush", "فتوش"), 15_000),
            (("Tabbouleh", "تبولة"), 14_000),
            (("Quinoa salad", "سلطة كينوا"), 25_500),
            (("Greek salad", "سلطة يونانية"), 21_000),
            (("Beetroot salad", "سلطة شمندر"), 17_500),
        ],
    },
    Shelf {
        name: ("Breakfast", "الفطور"),
        goods: [
            (("Shakshuka", "شكشوكة"), 18_500),
            (("Foul", "فول"), 9_500),
            (("Omelette", "أومليت"), 16_000),
            (("Pancakes", "بان كيك"), 20_000),
            (("Labneh plate", "طبق لبنة"), 13_500),
            (("Manakish", "مناقيش"), 8_000),
        ],
    },
];

/// What tells one product of a name from the next.
pub(super) const STYLES: [Name; 8] = [
    ("Classic", "كلاسيك"),
    ("House", "البيت"),
    ("Spicy", "حار"),
    ("Royal", "ملكي"),
    ("Light", "لايت"),
    ("Double", "دبل"),
    ("Family", "عائلي"),
    ("Saffron", "بالزعفران"),
];

pub(super) const SIZES: [Name; 3] = [("small", "صغير"), ("medium", "وسط"), ("large", "كبير")];

/// A modifier group's name and its choices with their extra price in thousandths.
pub(super) type Choice = (Name, [(Name, i64); 3]);

pub(super) const CHOICES: [Choice; 4] = [
    (
        ("Drink", "المشروب"),
        [
            (("Pepsi", "بيبسي"), 4_000),
            (("Still water", "مياه"), 2_000),
            (("Orange juice", "عصير برتقال"), 9_000),
        ],
    ),
    (
        ("Sauce", "الصوص"),
        [
            (("Garlic", "ثوم"), 0),
            (("Tahini", "طحينة"), 1_000),
            (("Barbecue", "باربكيو"), 1_500),
        ],
    ),
    (
        ("Extras", "الإضافات"),
        [
            (("Cheese", "جبن"), 3_000),
            (("Jalapeño", "هالبينو"), 2_000),
            (("Egg", "بيض"), 2_500),
        ],
    ),
    (
        ("Milk", "الحليب"),
        [
            (("Full fat", "كامل الدسم"), 0),
            (("Oat", "شوفان"), 3_500),
            (("Coconut", "جوز الهند"), 3_000),
        ],
    ),
];

pub(super) const GROUPS: [Name; 3] = [
    ("Breakfast", "الفطور"),
    ("New", "جديد"),
    ("Best sellers", "الأكثر مبيعا"),
];

pub(super) const BRANCHES: [Name; 4] = [
    ("Main branch", "الفرع الرئيسي"),
    ("Airport", "المطار"),
    ("Olaya", "العليا"),
    ("Corniche", "الكورنيش"),
];

pub(super) const GIVEN_NAMES: [Name; 8] = [
    ("Sara", "سارة"),
    ("Omar", "عمر"),
    ("Noura", "نورة"),
    ("Khalid", "خالد"),
    ("Reem", "ريم"),
    ("Faisal", "فيصل"),
    ("Hessa", "حصة"),
    ("Yousef", "يوسف"),
];

/// Family names that nobody has.
pub(super) const FAMILY_NAMES: [Name; 3] = [
    ("Example", "مثال"),
    ("Sample", "عينة"),
    ("Testing", "تجربة"),
];
