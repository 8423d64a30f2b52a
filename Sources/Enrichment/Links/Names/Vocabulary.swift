/// The words that names have in common, and what each is worth.
enum Vocabulary {
  static let articles: Set<String> = ["the", "a", "an"]

  /// Words that divide a name, or say nothing.
  static let stops: Set<String> = [
    "the", "a", "an", "and", "n", "of", "in", "at", "for", "by", "on", "his", "her", "their", "with", "featuring",
    "avec",
    "presents",
  ]

  /// Guests follow these.
  static let guests: Set<String> = ["featuring", "with", "avec"]

  /// Kinds of ensembles, and what many of them are called.
  static let ensembles: Set<String> = words(
    """
    band brass trio quartet quintet sextet septet octet orchestra ensemble group duo combo project friends stars all allstars
    music jazz blues zydeco crew collective live original new orleans los las les
    """)

  /// Kinds of places, and what many of them are called.
  static let places: Set<String> = words(
    """
    bar club cafe music lounge restaurant tavern pub grill theater center bistro jazz live nightclub saloon hotel company
    performing arts sports wine beer project kitchen eatery concert
    """)

  static let titles: Set<String> = ["dj", "mc", "dr", "mr", "mrs", "ms", "sir", "reverend", "professor", "st"]
  static let generations: Set<String> = ["jr", "sr", "ii", "iii", "iv"]

  /// Words of those who play another one's songs.
  static let imitations: Set<String> = [
    "tribute", "karaoke", "experience", "cover", "covers", "impersonator", "salute",
  ]

  /// A room of a place is another place.
  static let rooms: Set<String> = words(
    """
    room upstairs downstairs patio courtyard parlor parish annex basement rooftop backyard den stage lot
    balcony ballroom foundation terrace deck suite
    """)

  /// Parts of a city.
  static let quarters: Set<String> = words(
    "uptown downtown midtown french quarter frenchmen treme marigny bywater st north south east west")

  /// One spelling for several.
  static let spellings: [String: [String]] = [
    "one": ["1"], "two": ["2"], "three": ["3"], "four": ["4"], "five": ["5"], "six": ["6"], "seven": ["7"],
    "eight": ["8"], "nine": ["9"], "ten": ["10"], "eleven": ["11"], "twelve": ["12"],
    "junior": ["jr"], "senior": ["sr"], "doctor": ["dr"], "doc": ["dr"], "mister": ["mr"],
    // `St` is both of the others.
    "saint": ["st"], "ste": ["st"], "street": ["st"], "ave": ["avenue"], "first": ["1st"], "second": ["2nd"],
    "third": ["3rd"],
    "rev": ["reverend"], "prof": ["professor"], "lil": ["little"], "theatre": ["theater"], "theatres": ["theater"],
    "theaters": ["theater"], "centre": ["center"], "bbq": ["barbecue"], "feat": ["featuring"], "ft": ["featuring"],
    "orch": ["orchestra"], "nola": ["new", "orleans"], "bros": ["brothers"], "mt": ["mount"], "co": ["company"],
  ]

  private static func words(_ text: String) -> Set<String> {
    Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))
  }
}
