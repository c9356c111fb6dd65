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
        .filter(|candidate| candidate.len() <= widest && *candidate != name)
        .map(|candidate| {
            let is_same = name.eq_ignore_ascii_case(candidate);
            (if is_same { 0 } else { strsim::osa_distance(name, candidate) }, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Returns the name that is most like one that a person typed; case and the joints of words do not matter.
pub fn nearest_of<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let folded = |text: &str| text.to_lowercase().replace([' ', '-', '/'], "_");
    let wanted = folded(name);
    let known: Vec<(String, &str)> = names.map(|name| (folded(name), name)).collect();
    let is_known = known.iter().any(|(folded, _)| *folded == wanted);
    let near = if is_known {
        Some(wanted.as_str())
    } else {
        nearest_name(&wanted, known.iter().map(|(name, _)| name.as_str()))
    };
    // WRK7 is WRK-07.
    let bare = |text: &str| text.replace(['_', '0'], "");
    let is_near = |folded: &str| near.map_or_else(|| bare(folded) == bare(&wanted), |near| folded == near);
    known.iter().find(|(folded, _)| is_near(folded)).map(|(_, name)| *name)
}
