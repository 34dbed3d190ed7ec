//! Pseudorandom numbers (SplitMix64).

pub struct Random(pub u64);

impl Random {
    /// Seeds from an environment variable, or randomly, and then prints the seed.
    pub fn from_environment(variable: &str) -> Random {
        if let Some(given) = std::env::var(variable).ok().and_then(|seed| seed.parse().ok()) {
            return Random(given);
        }
        let seed = u64::from(uuid::Uuid::new_v4().as_fields().0);
        eprintln!("{variable}={seed}");
        Random(seed)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }
}
