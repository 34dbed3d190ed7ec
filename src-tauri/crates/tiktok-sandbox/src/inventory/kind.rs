//! The kinds of objects.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    Campaign,
    AdGroup,
    Ad,
    Audience,
}

impl ObjectKind {
    pub const ALL: [ObjectKind; 4] =
        [ObjectKind::Campaign, ObjectKind::AdGroup, ObjectKind::Ad, ObjectKind::Audience];

    pub fn id_field(self) -> &'static str {
        ["campaign_id", "adgroup_id", "ad_id", "audience_id"][self as usize]
    }

    pub fn name_field(self) -> &'static str {
        ["campaign_name", "adgroup_name", "ad_name", "name"][self as usize]
    }

    pub(crate) fn parent(self) -> Option<ObjectKind> {
        match self {
            ObjectKind::AdGroup => Some(ObjectKind::Campaign),
            ObjectKind::Ad => Some(ObjectKind::AdGroup),
            ObjectKind::Campaign | ObjectKind::Audience => None,
        }
    }
}
