//! The markets of advertisers: country, currency, time zone and local brand names.
//!
//! All currencies are in TikTok's budget table. `timezone` is a fixed offset with POSIX signs ("Etc/GMT+8" is eight
//! hours *behind* UTC), as in `GET /advertiser/info/`, which has `display_timezone` as well.

pub(super) struct Market {
    pub country: &'static str,
    pub currency: &'static str,
    /// False for a currency without decimals.
    pub has_cents: bool,
    pub timezone: &'static str,
    pub display_timezone: &'static str,
    pub language: &'static str,
    /// The suffix of company names, such as ` Ltd`.
    pub company_form: &'static str,
    pub brands: &'static [&'static str],
    pub address: &'static str,
}

macro_rules! markets {
    ($($country:literal $currency:literal $cents:literal $timezone:literal $display:literal $language:literal $form:literal $address:literal [$($brand:literal),+];)+) => {
        pub(super) const MARKETS: &[Market] = &[$(Market {
            country: $country, currency: $currency, has_cents: $cents, timezone: $timezone, display_timezone: $display,
            language: $language, company_form: $form, address: $address, brands: &[$($brand),+],
        }),+];
    };
}

markets! {
    "SG" "SGD" true "Etc/GMT-8" "Asia/Singapore" "en" " Pte. Ltd." "1 Raffles Place, Singapore" ["Merlion Coffee", "Kopi & Kaya", "Straits Fitness", "Orchard Optical", "Lion City Pets"];
    "SG" "USD" true "Etc/GMT-8" "Asia/Singapore" "zh" " Pte. Ltd." "" ["鱼尾狮电商", "Tanjong Travel", "Marina Bay Skincare"];
    "US" "USD" true "Etc/GMT+8" "America/Los_Angeles" "en" " Inc." "500 Sunset Blvd, Los Angeles, CA" ["Redwood Outfitters", "Pacific Trail Bikes", "Golden Gate Games", "O'Malley's Hot Sauce", "Cactus & Co"];
    "US" "USD" true "Etc/GMT+5" "America/New_York" "en" " LLC" "77 Water St, New York, NY" ["Hudson & Sons", "Brooklyn Beard Oil", "Empire Mattress", "Five Borough Bagels"];
    "VN" "VND" false "Etc/GMT-7" "Asia/Ho_Chi_Minh" "vi" " JSC" "Quận 1, TP. Hồ Chí Minh" ["Cà Phê Sài Gòn", "Áo Dài Hồng Nhung", "Phở Bắc Giang", "Điện Máy Bình Minh"];
    "TH" "THB" true "Etc/GMT-7" "Asia/Bangkok" "th" " Co., Ltd." "ถนนสุขุมวิท กรุงเทพฯ" ["ร้านกาแฟดอยช้าง", "สยามสปอร์ต", "บ้านสวนสมุนไพร"];
    "ID" "IDR" false "Etc/GMT-7" "Asia/Jakarta" "id" " PT" "Jl. Sudirman, Jakarta" ["Batik Nusantara", "Kopi Tanah Toraja", "Sepatu Bandung", "Warung Digital"];
    "MY" "MYR" true "Etc/GMT-8" "Asia/Kuala_Lumpur" "ms" " Sdn. Bhd." "Jalan Ampang, Kuala Lumpur" ["Kedai Runcit Online", "Batik Terengganu", "Teh Tarik Express"];
    "PH" "PHP" true "Etc/GMT-8" "Asia/Manila" "en" " Corp." "Ayala Ave, Makati" ["Sari-Sari Mart", "Manila Mango", "Halo-Halo Haus"];
    "JP" "JPY" false "Etc/GMT-9" "Asia/Tokyo" "ja" " 株式会社" "東京都渋谷区1-2-3" ["さくら化粧品", "北海道ミルク工房", "トーキョーゲームス", "京都お茶の山田"];
    "KR" "KRW" false "Etc/GMT-9" "Asia/Seoul" "ko" " 주식회사" "서울특별시 강남구" ["한강뷰티", "제주감귤농장", "서울스니커즈"];
    "TW" "TWD" false "Etc/GMT-8" "Asia/Taipei" "zh" " 股份有限公司" "台北市信義區" ["珍珠奶茶研究所", "阿里山茶園", "台北單車"];
    "HK" "HKD" true "Etc/GMT-8" "Asia/Hong_Kong" "zh" " Limited" "香港中環皇后大道中" ["港島茶餐廳", "維港旅遊", "Peak Timepieces"];
    "IN" "INR" true "Asia/Kolkata" "Asia/Kolkata" "hi" " Pvt. Ltd." "बांद्रा, मुंबई" ["मसाला महल", "दिल्ली ज्वेलर्स", "Chai Nagar", "Bengaluru Bytes"];
    "AE" "AED" true "Etc/GMT-4" "Asia/Dubai" "ar" " FZ-LLC" "دبي، شارع الشيخ زايد" ["عطور الواحة", "تمور المدينة", "Dune Motors"];
    "SA" "SAR" true "Etc/GMT-3" "Asia/Riyadh" "ar" " شركة" "الرياض، طريق الملك فهد" ["قهوة نجد", "أزياء الرياض"];
    "IL" "ILS" true "Etc/GMT-2" "Asia/Jerusalem" "he" " בע״מ" "תל אביב" ["בית הקפה של נועה", "ים תיכון אופנה"];
    "GB" "GBP" true "Etc/GMT-0" "Europe/London" "en" " Ltd" "221 Baker Street, London" ["Fernsby & Daughters", "Camden Vinyl", "The Crumpet Works", "Thames Cycles"];
    "DE" "EUR" true "Etc/GMT-1" "Europe/Berlin" "de" " GmbH" "Torstraße 1, Berlin" ["Müller Möbelhaus", "Grünspan Naturkosmetik", "Straßenküche Berlin"];
    "FR" "EUR" true "Etc/GMT-1" "Europe/Paris" "fr" " SARL" "12 rue de l’Échiquier, Paris" ["L’Atelier d’Éloïse", "Crème & Brûlée", "Vélo Lyonnais"];
    "GR" "EUR" true "Etc/GMT-2" "Europe/Athens" "el" " Α.Ε." "Ερμού 10, Αθήνα" ["Ελαιώνας Κρήτης", "Αιγαίο Ταξίδια"];
    "UA" "UAH" true "Etc/GMT-2" "Europe/Kyiv" "uk" " ТОВ" "Хрещатик 1, Київ" ["Карпатський мед", "Львівська кава"];
    "BR" "BRL" true "Etc/GMT+3" "America/Sao_Paulo" "pt" " Ltda." "Av. Paulista, São Paulo" ["Açaí do João", "Praia & Sol Moda", "Pão de Avó"];
    "MX" "MXN" true "Etc/GMT+6" "America/Mexico_City" "es" " S.A. de C.V." "Paseo de la Reforma, CDMX" ["Tacos El Ñero", "Niñez Feliz Juguetes"];
}
