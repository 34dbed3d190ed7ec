//! Names of campaigns, ad groups, ads and audiences in many scripts, some of them hostile.

use super::kind::ObjectKind;
use crate::seed_data::{HOSTILE_NAMES, Rng, hostile};

const CAMPAIGNS: &[&str] = &[
    "Always On",
    "Summer Sale",
    "Black Friday",
    "Back to School",
    "Spring Launch – Prospecting",
    "Retargeting 30d",
    "Brand Lift",
    "Tết Nguyên Đán",
    "Khuyến mãi hè",
    "春节大促",
    "双十一 | 拉新",
    "夏のセール",
    "新生活応援キャンペーン",
    "여름 세일",
    "추석 프로모션",
    "โปรโมชั่นสงกรานต์",
    "Promo Ramadan",
    "رمضان كريم",
    "العودة إلى المدارس",
    "מבצע קיץ",
    "दिवाली ऑफर",
    "Летняя распродажа",
    "Осінні знижки",
    "Καλοκαιρινές προσφορές",
    "Frühlingsaktion",
    "Soldes d’été",
    "Rebajas de enero",
    "Liquidação de verão",
];
const AD_GROUPS: &[&str] = &[
    "Broad",
    "LAL 1%",
    "18–24",
    "25–34 F",
    "iOS",
    "Android",
    "SG+MY",
    "東京",
    "Hà Nội",
    "القاهرة",
    "Köln",
    "Île-de-France",
];
const ADS: &[&str] = &[
    "Video A",
    "Video B",
    "UGC 01",
    "Carousel",
    "Spark",
    "动画",
    "動画 15秒",
    "영상",
    "وحدة",
    "Vidéo",
    "Static",
    "Hook #3",
];
const AUDIENCES: &[&str] = &[
    "Buyers 180d",
    "Newsletter",
    "Visitors 30d",
    "Add to cart 14d",
    "VIP 客户",
    "既存顧客",
    "Khách hàng cũ",
    "عملاء سابقون",
    "לקוחות",
    "App users",
    "Leads Q3",
    "Käufer 2025",
];

/// TikTok limits names of campaigns, ad groups and ads to this many characters.
const MAX_NAME: usize = 512;

/// Of a hundred names six have no number and so may repeat. With `hostile_names`, about five are hostile and one has the
/// maximum length.
pub(super) fn generate(kind: ObjectKind, rng: &mut Rng, number: u32, hostile_names: bool) -> String {
    let word = rng.pick([CAMPAIGNS, AD_GROUPS, ADS, AUDIENCES][kind as usize]);
    match rng.below(100) {
        0..5 if hostile_names => hostile(rng.below(HOSTILE_NAMES)),
        5 if hostile_names => format!("{number} {word} ").chars().cycle().take(MAX_NAME).collect(),
        6..12 => word.to_owned(),
        12..50 => format!("{word} {number:04}"),
        _ => format!("{word} | {} | {number}", rng.pick(&["2024", "2025", "v2", "test", "SG", "テスト"])),
    }
}
