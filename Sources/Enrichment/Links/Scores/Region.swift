/// A state or a country, by its code or its name.
struct Region {
  private let text: String
  /// True if it is in the list, by either.
  private let isListed: Bool

  /// - Parameter codes: the codes of names in lower case.
  init?(_ written: String?, _ codes: [String: String]) {
    let letters = (written ?? "").unicodeScalars.filter { $0.properties.isAlphabetic }.flatMap(LetterForm.of)
    guard !letters.isEmpty else { return nil }
    let name = String(String.UnicodeScalarView(letters))
    text = codes[name] ?? name
    isListed = codes.values.contains(text)
  }

  /// True for two regions. The code of one and the name of another, of which the list has neither, may be one.
  func isOther(than other: Region) -> Bool {
    guard text != other.text else { return false }
    let (isCode, isOtherCode) = (text.unicodeScalars.count <= 3, other.text.unicodeScalars.count <= 3)
    return isListed || other.isListed || isCode == isOtherCode
  }

  /// The country of the tables of concerts, of which no other form may be taken for another country.
  static let countries = ["usa": "us", "unitedstates": "us", "unitedstatesofamerica": "us"]

  static let states = Dictionary(
    uniqueKeysWithValues: """
      alabama al alaska ak arizona az arkansas ar california ca colorado co connecticut ct delaware de florida fl
      georgia ga hawaii hi idaho id illinois il indiana in iowa ia kansas ks kentucky ky louisiana la maine me
      maryland md massachusetts ma michigan mi minnesota mn mississippi ms missouri mo montana mt nebraska ne
      nevada nv newhampshire nh newjersey nj newmexico nm newyork ny northcarolina nc northdakota nd ohio oh
      oklahoma ok oregon or pennsylvania pa rhodeisland ri southcarolina sc southdakota sd tennessee tn texas tx
      utah ut vermont vt virginia va washington wa westvirginia wv wisconsin wi wyoming wy districtofcolumbia dc
      """.split { $0 == " " || $0 == "\n" }.map(String.init).pairs)
}

extension Array {
  /// The first and the second element, the third and the fourth, and so on.
  fileprivate var pairs: [(Element, Element)] { stride(from: 0, to: count - 1, by: 2).map { (self[$0], self[$0 + 1]) } }
}
