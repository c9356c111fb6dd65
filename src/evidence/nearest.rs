//! "Did you mean": the known name that a misspelled one is most like.

/// Characters of a name that is compared with known ones; nobody misspells longer ones.
const LONGEST_NAME: usize = 64;

/// Returns the name that is most like a misspelled one, if one is near enough.
pub fn nearest_name<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > 4 * LONGEST_NAME {
        return None;
    }
    let length = name.chars().count();
    if length > LONGEST_NAME {
        return None;
    }
    let allowed = (length / 3).clamp(1, 3);
    // Names of very different lengths are far apart; their bytes are quickly told, whatever their characters.
    let widest = 4 * (length + allowed);
    names
        .filter(|candidate| candidate.len() <= widest)
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, _)| (1..=allowed).contains(distance))
        .min()
        .map(|(_, candidate)| candidate)
}
