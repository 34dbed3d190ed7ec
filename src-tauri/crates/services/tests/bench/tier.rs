//! With the limits of TikTok's Basic tier: total time beside calls ÷ limit, and no call refused.

use crate::table::Measure;

pub async fn measure() -> Vec<Measure> {
    Vec::new()
}
