import ScrapingSupport
import Testing

@testable import WWOZExtractor

struct CancelledNameTests {
  @Test(
    "A mark that the show is cancelled is no part of the name",
    arguments: [
      "CANCELLED - Lost Umbrella Club", "CANCELED - Lost Umbrella Club", "cancelled - Lost Umbrella Club",
      "Cancelled: Lost Umbrella Club", "(CANCELLED) Lost Umbrella Club", "[CANCELED] Lost Umbrella Club",
      "**CANCELLED** Lost Umbrella Club", "*CANCELLED* Lost Umbrella Club", "Lost Umbrella Club - CANCELLED",
      "Lost Umbrella Club (Cancelled)", "CANCELLED! Lost Umbrella Club", "CANCELLED – Lost Umbrella Club",
      "Cancelled—Lost Umbrella Club", "Lost Umbrella Club — canceled", "Lost Umbrella Club – CANCELLED!",
      "CANCELLED Lost Umbrella Club", "Lost Umbrella Club CANCELLED", "Lost Umbrella Club [cancelled due to rain]",
      "CANCELLED DUE TO WEATHER: Lost Umbrella Club", "Lost Umbrella Club - cancelled due to weather",
      "SHOW CANCELLED - Lost Umbrella Club", "Lost Umbrella Club - show cancelled", "Lost Umbrella Club, cancelled",
      "Lost Umbrella Club (Show Cancelled)", "CANCELLED-Lost Umbrella Club", "Lost Umbrella Club-CANCELLED",
      "CANCELLED | Lost Umbrella Club", "***CANCELLED*** - Lost Umbrella Club", "~CANCELLED~ Lost Umbrella Club",
      "Lost Umbrella Club - (CANCELLED)", "Lost Umbrella (Cancelled) Club", "CANCELLED... Lost Umbrella Club",
      "**Lost Umbrella Club - CANCELLED**", "-CANCELLED- Lost Umbrella Club",
      "❌ CANCELLED ❌ Lost Umbrella Club", "🚫 Cancelled: Lost Umbrella Club", "Lost Umbrella Club ❌ CANCELLED",
      "Lost Umbrella Club ⚠️ CANCELLED ⚠️", "CANCELLED, Lost Umbrella Club", "“CANCELLED” Lost Umbrella Club",
      "\"CANCELLED\" Lost Umbrella Club", "CANCELLED: CANCELLED: Lost Umbrella Club",
      "CANCELLED - Lost Umbrella Club - CANCELLED", "CANCELLED DUE TO COVID-19 - Lost Umbrella Club",
      "Lost Umbrella Club [CANCELLED - RAIN]", "Lost Umbrella Club (cancelled by venue)",
      "TONIGHT CANCELLED - Lost Umbrella Club",
    ])
  func marks(text: String) {
    #expect(CancelledName(text) == CancelledName("CANCELLED - Lost Umbrella Club"))
    #expect(CancelledName(text).name == "Lost Umbrella Club")
    #expect(CancelledName(text).isCancelled)
  }

  @Test(
    "A name that has the word is a name",
    arguments: [
      "Cancelled", "CANCELLED", "The Cancelled Checks", "Cancelled Checks", "CANCELLED CHECKS", "Cancelled-Out Band",
      "The Uncancelled", "Cancellation Fee", "Lost Umbrella Club - NOT CANCELLED", "Big Band - Cancelled Flights Tour",
      "Lost Umbrella Club", "", "(CANCELLED)", "CANCELLED -", "The Self-Cancelled", "Postponed",
      "Cancel Culture", "CANCELLED & Foo", "CANCELLED feat. Foo", "Foo and the CANCELLED", "Foo, Bar & CANCELLED",
    ])
  func names(text: String) {
    #expect(CancelledName(text).name == text)
    #expect(!CancelledName(text).isCancelled)
  }

  @Test("A name keeps its own marks")
  func ownMarks() {
    #expect(CancelledName("Panic! - CANCELLED").name == "Panic!")
    #expect(CancelledName("CANCELLED - (The) Band feat. X.").name == "(The) Band feat. X.")
    #expect(CancelledName("Dr. Q (solo) [CANCELLED]").name == "Dr. Q (solo)")
    #expect(CancelledName("A - B - CANCELLED").name == "A - B")
    #expect(CancelledName("CANCELLED The Soul of Foo").name == "The Soul of Foo")
    #expect(CancelledName("CANCELLED - “Weird” Al").name == "“Weird” Al")
    #expect(CancelledName("CANCELLED - The Cancelled") == CancelledName("The Cancelled - CANCELLED"))
  }

  @Test("A cancelled row is that artist's event, and its record says so")
  func row() throws {
    let rows = [makeRow(artist: "CANCELLED - Big Example"), makeRow(artist: "Other", link: "/events/6")]
    let fake = FakeSite.example()
    fake.pages["/calendar/livewire-music?date=2024-05-31"] = .success(makePage(makeListing([makePanel(rows: rows)])))
    let records = try extract(fake).records
    #expect(records.map(\.event.status) == ["cancelled", nil])
    #expect(records[0].artist.name == "Big Example")
    #expect(records[0].event.eventArtist == "Big Example")
    #expect(records[0].event.artistHref == "/artists/big-example")
    #expect(records[0].performanceTime == "2024-05-31T15:00:00-05:00")
  }

  @Test(
    "A text about other shows, or about what would be, does not cancel the row's",
    arguments: ["Tickets for cancelled shows are refunded", "If cancelled, money back", "not cancelled!"])
  func conditions(text: String) {
    #expect(!WWOZDateTime(paragraphs: ["Friday, May 31 at 8:00pm", text]).isCancelled)
  }

  @Test("A row may say so below the name")
  func paragraph() throws {
    let row = makeRow().replacing("<p>\n      Friday", with: "<p>CANCELLED</p><p>\n      Friday")
    let shows = try readListing(makeListing([makePanel(rows: [row])])).shows
    #expect(shows.map(\.isCancelled) == [true])
    #expect(shows.map(\.artist) == ["Big Example"])
  }
}
