import Testing
import Time

@testable import Search

/// The names that the questions of these tests have.
let knownNames = KnownNames(
  venues: [
    .init(
      id: 1, name: "The Spotted Cat Music Club", thoroughfare: "623 Frenchmen St.", locality: "New Orleans",
      isLocated: true),
    .init(id: 2, name: "d.b.a.", thoroughfare: "618 Frenchmen Street", locality: "New Orleans", isLocated: true),
    .init(id: 3, name: "Tipitina's", thoroughfare: "501 Napoleon Avenue", locality: "New Orleans", isLocated: true),
    .init(id: 4, name: "Maple Leaf Bar", thoroughfare: "8316 Oak Street", locality: "New Orleans"),
    .init(id: 5, name: "Jack's Corner", thoroughfare: "8310 Oak St", locality: "New Orleans"),
    .init(id: 6, name: "House of Blues", thoroughfare: "225 Decatur St", locality: "New Orleans", isLocated: true),
    .init(
      id: 7, name: "Ruby's Roadhouse", thoroughfare: "840 Lamarque St., Suite 2", locality: "Mandeville",
      isLocated: true),
    .init(id: 8, name: "Café Istanbul", thoroughfare: "2372 St. Claude Ave", locality: "New Orleans", isLocated: true),
  ],
  artists: [
    .init(id: 1, name: "Rebirth Brass Band"), .init(id: 2, name: "Saturday Night"),
    .init(id: 3, name: "The Friday Fish"),
    .init(id: 4, name: "Galactic"), .init(id: 5, name: "Céline & the Sunday Strays"), .init(id: 6, name: "Brass Band"),
  ],
  genres: ["Blues", "Brass Band", "Cajun", "Hip-Hop", "Jazz", "R&B", "Rock/Pop", "Zydeco"])

/// A Wednesday.
let wednesday = "2026-05-27"

func ask(_ text: String, on today: String = wednesday) throws -> Question {
  QuestionParser(names: knownNames, today: try #require(CalendarDate(today))).question(text)
}

@Suite("Questions: days")
struct QuestionDayTests {
  @Test(
    "are read relative to the day of the question",
    arguments: [
      ("jazz today", "Wednesday, 2026-05-27"), ("jazz tonight", "Wednesday, 2026-05-27"),
      ("jazz tomorrow", "Thursday, 2026-05-28"), ("day after tomorrow", "Friday, 2026-05-29"),
      ("yesterday", "Tuesday, 2026-05-26"), ("on Saturday", "Saturday, 2026-05-30"),
      ("SATURDAY", "Saturday, 2026-05-30"),
      ("this Friday", "Friday, 2026-05-29"), ("next Friday", "Friday, 2026-06-05"),
      ("last Friday", "Friday, 2026-05-22"),
      ("wednesday", "Wednesday, 2026-05-27"), ("on Saterday", "Saturday, 2026-05-30"),
      ("on Wendsday", "Wednesday, 2026-05-27"),
      ("on Fri", "Friday, 2026-05-29"), ("sat night", "Saturday, 2026-05-30"),
      ("this weekend", "2026-05-29 to 2026-05-31"),
      ("next weekend", "2026-06-05 to 2026-06-07"), ("the weekend", "2026-05-29 to 2026-05-31"),
      ("this week", "2026-05-27 to 2026-05-31"), ("next week", "2026-06-01 to 2026-06-07"),
      ("this month", "2026-05-27 to 2026-05-31"), ("next month", "2026-06-01 to 2026-06-30"),
      ("May 31", "Sunday, 2026-05-31"), ("may 31st", "Sunday, 2026-05-31"), ("31 May", "Sunday, 2026-05-31"),
      ("the 31st of May", "Sunday, 2026-05-31"), ("on the 31st", "Sunday, 2026-05-31"),
      ("on the 3rd", "Wednesday, 2026-06-03"),
      ("May 31, 2027", "Monday, 2027-05-31"), ("2026-06-02", "Tuesday, 2026-06-02"), ("6/2", "Tuesday, 2026-06-02"),
      ("6/2/2027", "Wednesday, 2027-06-02"), ("June 2nd", "Tuesday, 2026-06-02"), ("Jan 3", "Sunday, 2027-01-03"),
      ("in June", "2026-06-01 to 2026-06-30"), ("in January", "2027-01-01 to 2027-01-31"),
      ("in May", "2026-05-27 to 2026-05-31"), ("early June", "2026-06-01 to 2026-06-10"),
      ("late June", "2026-06-21 to 2026-06-30"), ("Saturday, May 30", "Saturday, 2026-05-30"),
      ("Saturday the 30th of May", "Saturday, 2026-05-30"), ("Friday to Sunday", "2026-05-29 to 2026-05-31"),
      ("Friday and Saturday", "2026-05-29 to 2026-05-30"), ("Friday, Saturday and Sunday", "2026-05-29 to 2026-05-31"),
      ("Friday or Sunday", "2026-05-29 to 2026-05-31, Sundays and Fridays"),
      ("from June 3 to June 5", "2026-06-03 to 2026-06-05"), ("between June 3 and June 5", "2026-06-03 to 2026-06-05"),
      ("June 3-5", "2026-06-03 to 2026-06-05"), ("Sunday to Tuesday", "2026-05-31 to 2026-06-02"),
      ("Sundays in June", "2026-06-01 to 2026-06-30, Sundays"),
      ("a Friday in June", "2026-06-01 to 2026-06-30, Fridays"),
      ("every Sunday", "from 2026-05-27 on, Sundays"), ("Saturday next week", "2026-06-01 to 2026-06-07, Saturdays"),
      ("the next 3 days", "2026-05-27 to 2026-05-30"), ("in the next two weeks", "2026-05-27 to 2026-06-10"),
      ("within 10 days", "2026-05-27 to 2026-06-06"), ("in two days", "Friday, 2026-05-29"),
      ("after Friday", "from 2026-05-30 on"), ("from June 5 on", "from 2026-06-05 on"),
      ("the first Saturday of June", "Saturday, 2026-06-06"), ("last Friday in June", "Friday, 2026-06-26"),
      ("the Fourth of July", "Saturday, 2026-07-04"), ("on New Year's Eve", "Thursday, 2026-12-31"),
      ("Memorial Day", "Monday, 2027-05-31"), ("the weekend of June 6", "2026-06-05 to 2026-06-07"),
      ("the week of June 10", "2026-06-08 to 2026-06-14"),
      ("on weeknights", "from 2026-05-27 on, Mondays and Tuesdays and Wednesdays and Thursdays"),
      ("before Saturday", "2026-05-27 to 2026-05-29"), ("until Sunday", "2026-05-27 to 2026-05-31"),
    ])
  func days(text: String, expected: String) throws { #expect(try ask(text).days?.description == expected) }

  @Test(
    "are right at the ends of years and months, and of clock changes",
    arguments: [
      ("2026-12-30", "tomorrow", "Thursday, 2026-12-31"), ("2026-12-30", "this weekend", "2027-01-01 to 2027-01-03"),
      ("2026-12-30", "Jan 2", "Saturday, 2027-01-02"), ("2026-12-30", "next month", "2027-01-01 to 2027-01-31"),
      ("2026-12-31", "on Friday", "Friday, 2027-01-01"), ("2026-12-30", "next week", "2027-01-04 to 2027-01-10"),
      ("2027-02-27", "Feb 29", "Tuesday, 2028-02-29"), ("2026-01-31", "next month", "2026-02-01 to 2026-02-28"),
      ("2026-01-31", "on the 30th", "Monday, 2026-03-30"), ("2026-03-07", "tomorrow night", "Sunday, 2026-03-08"),
      ("2026-11-01", "tonight", "Sunday, 2026-11-01"), ("2026-05-31", "this weekend", "Sunday, 2026-05-31"),
      ("2026-05-31", "next Monday", "Monday, 2026-06-01"), ("2026-05-31", "next weekend", "2026-06-05 to 2026-06-07"),
      ("2026-05-30", "this weekend", "2026-05-30 to 2026-05-31"), ("2026-05-29", "friday", "Friday, 2026-05-29"),
      ("2026-05-29", "next friday", "Friday, 2026-06-05"),
    ])
  func edges(today: String, text: String, expected: String) throws {
    #expect(try ask(text, on: today).days?.description == expected)
  }

  @Test(
    "are not read into other words",
    arguments: [
      "I may dance to a march", "sun and moon", "who sat in with the band", "music", "open mic", "a band of 31 players",
      "second line", "house of the rising sun", "2026", "", "   ", "¿?", "13/45", "99/99/9999",
    ])
  func none(text: String) throws { #expect(try ask(text).days == nil) }

  @Test("are those of the calendar where a weekday does not fit")
  func contradiction() throws {
    #expect(try ask("Friday, May 30").days?.description == "Saturday, 2026-05-30")
  }
}

@Suite("Questions: hours")
struct QuestionHourTests {
  @Test(
    "are read as parts of the day, or as times of a clock",
    arguments: [
      ("tonight", "17:00 to 04:00", false), ("Saturday night", "19:00 to 04:00", false),
      ("this afternoon", "12:00 to 18:00", false), ("Sunday morning", "06:00 to 12:00", false),
      ("tomorrow evening", "17:00 to 22:00", false), ("late Saturday night", "22:00 to 05:00", false),
      ("funk late on Saturday", "22:00 to 05:00", false),
      ("late night funk", "22:00 to 05:00", false), ("Saturday after midnight", "00:00 to 05:00", true),
      ("in the morning", "06:00 to 12:00", false), ("at night", "19:00 to 04:00", false),
      ("after 9 pm", "21:00 to 05:00", true), ("after 9pm", "21:00 to 05:00", true),
      ("after 9", "21:00 to 05:00", true),
      ("before 8 p.m.", "06:00 to 20:00", true), ("between 8 and 10 pm", "20:00 to 22:00", true),
      ("from 8 to 11 pm", "20:00 to 23:00", true), ("8-10pm", "20:00 to 22:00", true),
      ("from 9 to 11 am", "09:00 to 11:00", true), ("at 9:30", "21:00 to 22:01", false),
      ("at 9", "20:30 to 21:31", false),
      ("around 10 pm", "21:30 to 22:31", false), ("9pm or later", "21:00 to 05:00", true),
      ("at 21:00", "20:30 to 21:31", false), ("until midnight", "06:00 to 00:00", true),
      ("at noon", "11:30 to 12:31", false),
      ("Sunday morning at 10", "09:30 to 10:31", false), ("after 1 am", "01:00 to 05:00", true),
      ("jazz brunch on Sunday", "09:00 to 15:00", false),
    ])
  func hours(text: String, expected: String, isRequired: Bool) throws {
    let hours = try ask(text).hours
    #expect(hours?.description == expected)
    #expect(hours?.isRequired == isRequired)
  }

  @Test("of a day that is not named are today's", arguments: ["this afternoon", "this evening", "tonight"])
  func today(text: String) throws { #expect(try ask(text).days == Days(try #require(CalendarDate(wednesday)))) }

  @Test(
    "are not read into other words",
    arguments: [
      "night and day", "at 9 Mile", "after party", "3 Doors", "Midnight Sons", "by 40", "at 75", "a 9 piece band",
    ])
  func none(text: String) throws { #expect(try ask(text).hours == nil) }
}

@Suite("Questions: what is left of them")
struct QuestionRestTests {
  @Test(
    "is compared by meaning",
    arguments: [
      ("brass band near Frenchmen Street on Saturday night", "brass band"),
      ("Who plays funky brass tomorrow at Tipitina's?", "funky brass"), ("What's on this weekend?", ""),
      ("something to dance to in Bywater on Friday", "dance Bywater"), ("the and of", ""),
      ("where is Rebirth Brass Band on Saturday", "Rebirth Brass Band"), ("piano trio after 9 pm", "piano trio"),
      ("🎺🥁", "🎺🥁"), ("tonight 🎺", ""), ("música cubana el sábado", "música cubana el sábado"),
    ])
  func rest(text: String, expected: String) throws { #expect(try ask(text).meaning == expected) }

  @Test("of 10,000 characters is read in no time, and bounded")
  func long() throws {
    let question = try ask(String(repeating: "brass band near Frenchmen Street on Saturday night ", count: 200))
    #expect(question.days != nil)
    #expect(question.meaning.count <= 2000)
    let word = try ask(String(repeating: "a", count: 10_000))
    #expect(word.meaning.count == 2000)
  }

  @Test(
    "names genres of the database",
    arguments: [
      ("brass bands", ["Brass Band"]), ("jazzy things", ["Jazz"]), ("some zydecco", ["Zydeco"]),
      ("hip hop", ["Hip-Hop"]),
      ("hiphop and r&b", ["Hip-Hop", "R&B"]), ("rhythm and blues", ["R&B"]), ("pop", ["Rock/Pop"]), ("polka", []),
      ("BLUES or Cajun", ["Blues", "Cajun"]),
    ])
  func genres(text: String, expected: [String]) throws { #expect(try ask(text).genres == expected) }
}
