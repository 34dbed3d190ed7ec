//! Names of campaigns, ad groups, ads and audiences, as people write them in many countries, and some that hurt.

use crate::data::{Draw, HOSTILE_NAMES, hostile};

const THEMES: &[&str] = &[
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
const AUDIENCES: &[&str] = &[
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
const CREATIVES: &[&str] = &[
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
const LISTS: &[&str] = &[
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

/// TikTok takes at most this many characters in the name of a campaign, an ad group or an ad.
const MAX_NAME: usize = 512;

pub(super) fn campaign(draw: &mut Draw, number: u32) -> String {
    common(draw, number, THEMES)
}

pub(super) fn ad_group(draw: &mut Draw, number: u32) -> String {
    common(draw, number, AUDIENCES)
}

pub(super) fn ad(draw: &mut Draw, number: u32) -> String {
    common(draw, number, CREATIVES)
}

pub(super) fn audience(draw: &mut Draw, number: u32) -> String {
    common(draw, number, LISTS)
}

/// A few are hostile, a few are the longest there can be, a few have no number and so occur twice.
fn common(draw: &mut Draw, number: u32, words: &[&str]) -> String {
    let word = draw.pick(words);
    match draw.below(100) {
        0..5 => hostile(draw.below(HOSTILE_NAMES)),
        5 => format!("{number} {word} ").chars().cycle().take(MAX_NAME).collect(),
        6..12 => word.to_owned(),
        12..50 => format!("{word} {number:04}"),
        _ => format!(
            "{word} | {} | {number}",
            ["2024", "2025", "v2", "test", "SG", "テスト"][draw.below(6) as usize]
        ),
    }
}
