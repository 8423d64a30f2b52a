import Foundation
import Postgres
import TestSupport
import Testing
import Time

extension OnServer {
  @Suite("Values")
  struct ValueTests {
    let connection: PostgresConnection

    init() throws { connection = try make() }

    /// Sends a value and reads it back.
    private func echo<Value: PostgresDecodable>(_ value: PostgresValue, as type: String) throws -> Value {
      try connection.query("select $1::\(type)", [value], deadline: within())[0][0]
    }

    @Test(
      "A whole number is read back unchanged",
      arguments: [0, 1, -1, 255, 32_768, Int(Int32.max) + 1, .max, .min])
    func integers(number: Int) throws {
      #expect(try echo(.int(number), as: "int8") == number)
    }

    @Test("Numbers of every width are read")
    func integerWidths() throws {
      let row = try connection.query(
        "select 7::int2, -7::int4, 7::int8, 7::oid, 0.5::float4, -0.25::float8", deadline: within())[0]
      #expect(try row[0] == 7)
      #expect(try row[1] == -7)
      #expect(try row[2] == 7)
      #expect(try row[3] == 7)
      #expect(try row[4] == 0.5)
      #expect(try row[5] == -0.25)
    }

    @Test(
      "A floating-point number is read back unchanged",
      arguments: [0, -0.0, 1.5, .pi, 1e300, .infinity, .leastNonzeroMagnitude])
    func fractions(number: Double) throws {
      #expect(try echo(.double(number), as: "float8") == number)
    }

    @Test(
      "A text is read back unchanged",
      arguments: ["", "a", "it's \"quoted\" \\ {,} NULL", "Ellis Marsalis – été 🎺", "\r\n\t"])
    func text(text: String) throws {
      #expect(try echo(.text(text), as: "text") == text)
      #expect(try echo(.text(text), as: "varchar") == text)
      #expect(try echo(.texts([text, nil, text]), as: "text[]") == [text, nil, text])
    }

    @Test("A numeric is read as the text that the server makes of it")
    func numerics() throws {
      let rows = try connection.query(
        """
        with odd as (
          select unnest(array[
            '0', '0.00', '7', '-7', '10', '100', '1000', '9999', '10000', '-10001', '99999999', '100000000.0001', '0.1',
            '-0.5', '0.05', '0.0001', '0.00001', '1e-20', '123456789.123456789', '1e100', '-1e1200', '1.50', 'NaN',
            'Infinity', '-Infinity'])::numeric as number
        ), many as (
          select (n::numeric * 7919 / 10 ^ (n % 23) :: numeric)::numeric(60, 25) * (1 - 2 * (n % 2)) as number
          from generate_series(1, 2000) n
        )
        select number, number::text, null::numeric from (table odd union all table many) numbers
        """, deadline: within())
      #expect(rows.count == 2025)
      for row in rows {
        let text: String = try row[1]
        #expect(try row[0] == text)
        var found: [String?] = []
        for index in [0, 2] {
          try row.withText(at: index) { found.append($0.map { String(decoding: $0, as: UTF8.self) }) }
        }
        #expect(found == [text, nil])
      }
      #expect(throws: PostgresError.self) { let _: Double = try rows[0][0] }
    }

    @Test("The columns that are read from many rows are the same as by the general form")
    func columns() throws {
      let row = try connection.query(
        "select 'Treme'::text, null::text, '[1, 2]'::jsonb, timestamptz '1969-12-31 23:59:59.999999Z', null::timestamptz,"
          + " timestamptz '294276-12-31 23:59:59Z', 7::bigint", deadline: within())[0]
      #expect(try row.text(at: 0) == "Treme")
      #expect(try row.text(at: 1) == nil)
      #expect(try row.text(at: 2) == "[1, 2]")
      #expect(try row.time(at: 3)?.microsecondsSince1970 == -1)
      for (index, text) in [(0, "Treme"), (1, nil), (2, "[1, 2]")] {
        var found: [String?] = []
        try row.withText(at: index) { found.append($0.map { String(decoding: $0, as: UTF8.self) }) }
        #expect(found == [text])
      }
      #expect(throws: PostgresError.self) { try row.withText(at: 3) { _ in Issue.record("a time is no text") } }
      #expect(throws: PostgresError.self) { try row.withText(at: 9) { _ in Issue.record("there is no such column") } }
      #expect(try row.time(at: 4) == nil)
      #expect(try row.time(at: 5)?.microsecondsSince1970 == .max)
      #expect(throws: PostgresError.self) { try row.text(at: 3) }
      #expect(throws: PostgresError.self) { try row.time(at: 0) }
      #expect(try row.integer(at: 6) == 7)
      #expect(try row.integer(at: 1) == nil)
      #expect(throws: PostgresError.self) { try row.integer(at: 0) }
      #expect(throws: PostgresError.self) { try row.text(at: 7) }
    }

    @Test(
      "A time of the server is read back to the microsecond, at the ends of its range, too",
      arguments: [
        ("infinity", Int.max), ("-infinity", .min), ("4714-11-24 00:00:00Z BC", -210_866_803_200_000_000),
        ("2655-01-01 00:00:00.000001Z", 21_616_502_400_000_001), ("294276-12-31 23:59:59.999999Z", .max),
      ])
    func serverTimes(text: String, microseconds: Int) throws {
      let time = try #require(
        try connection.query("select $1::text::timestamptz", [.text(text)], deadline: within())[0].time(at: 0))
      #expect(time.microsecondsSince1970 == microseconds)
      let row = try connection.query(
        "select $1 = $2::text::timestamptz", [.serverTime(time), .text(text)], deadline: within())[0]
      #expect(try row[0] == true)
    }

    @Test("The server's infinities are beyond all its other instants, and stay what they are", arguments: ["", "-"])
    func infinities(sign: String) throws {
      let last = sign.isEmpty ? "294276-12-31 23:59:59.999999Z" : "4714-11-24 00:00:00Z BC"
      let row = try connection.query(
        "select timestamptz '\(sign)infinity', timestamptz '\(last)'", deadline: within())[0]
      let (ever, other): (Date, Date) = (try row[0], try row[1])
      #expect(sign.isEmpty ? ever > other : ever < other)
      let written = try connection.query(
        "select $1::text, $2::text", [.time(ever), .times([ever])], deadline: within())
      #expect(try written[0][0] == "\(sign)infinity")
      #expect(try written[0][1] == "{\(sign)infinity}")
    }

    @Test(
      "A day of the server is read back, at the ends of its range, too",
      arguments: [
        ("infinity", "9999-12-31"), ("-infinity", "0001-01-01"), ("4714-11-24 BC", "0001-01-01"),
        ("5874897-12-31", "9999-12-31"), ("2024-05-31", "2024-05-31"),
      ])
    func serverDates(text: String, limited: String) throws {
      let date: PostgresDate = try connection.query("select $1::text::date", [.text(text)], deadline: within())[0][0]
      #expect("\(date.calendarDate)" == limited)
      #expect(try connection.query("select $1::text", [.serverDate(date)], deadline: within())[0][0] == text)
    }

    @Test("A number that is no day of the server is refused")
    func noServerDates() {
      for count: Int32 in [.max - 1, .min + 1, 2_145_031_949, -2_451_546] {
        #expect(PostgresDate(daysSince2000: count) == nil)
      }
    }

    @Test("A number that is no time of the server is refused")
    func noServerTimes() {
      for count: Int64 in [.max - 1, .min + 1, 9_223_371_331_200_000_000, -211_813_488_000_000_001] {
        #expect(PostgresTime(microsecondsSince2000: count) == nil)
      }
    }

    @Test("A large text is read back unchanged")
    func largeText() throws {
      let text = String(repeating: "Treme ", count: 500_000)
      #expect(try echo(.text(text), as: "text") == text)
    }

    @Test("Bytes are read back unchanged", arguments: [Data(), Data([0]), Data(0...255)])
    func bytes(data: Data) throws {
      #expect(try echo(.bytes(data), as: "bytea") == data)
      #expect(try echo(.bytesList([data, nil]), as: "bytea[]") == [data, nil])
    }

    @Test(
      "An instant is read back to the microsecond, in any time zone of the session",
      arguments: [0, 0.000_001, 1_717_182_000.123_456, -86_400.5, -62_135_596_800, 253_402_300_799])
    func instants(seconds: Double) throws {
      try connection.query("set timezone = 'Asia/Kathmandu'", deadline: within())
      let date: Date = try echo(.time(Date(timeIntervalSince1970: seconds)), as: "timestamptz")
      #expect(abs(date.timeIntervalSince1970 - seconds) < 0.000_001)
    }

    @Test(
      "A day is read back unchanged",
      arguments: ["0001-01-01", "1970-01-01", "1999-12-31", "2000-01-01", "2024-02-29", "9999-12-31"])
    func days(text: String) throws {
      let day = try #require(CalendarDate(text))
      #expect(try echo(.date(day), as: "date") == day)
      let row = try connection.query("select $1::date::text", [.date(day)], deadline: within())[0]
      #expect(try row[0] == text)
    }

    @Test("A value may be an array, with nulls or empty, or null itself")
    func listsAndNulls() throws {
      #expect(try echo(.ints([1, nil, -3]), as: "int8[]") == [1, nil, -3])
      #expect(try echo(.doubles([0.5]), as: "float8[]") == [0.5])
      #expect(try echo(.bools([true, nil, false]), as: "bool[]") == [true, nil, false])
      let day = CalendarDate(daysSinceEpoch: 19_874)
      #expect(try echo(.dates([day, nil]), as: "date[]") == [day, nil])
      let instant = Date(timeIntervalSince1970: 1_717_182_000)
      #expect(try echo(.times([nil, instant]), as: "timestamptz[]") == [nil, instant])
      #expect(try echo(.texts([]), as: "text[]") == [String]())
      #expect(try echo(.text(nil), as: "text") == String?.none)
      #expect(try echo(.int(nil), as: "int8") == Int?.none)
      #expect(try echo(.time(nil), as: "timestamptz") == Date?.none)
    }

    @Test("An array becomes rows by unnest")
    func unnest() throws {
      let rows = try connection.query(
        "select n, t from unnest($1::int8[], $2::text[]) as x(n, t) order by n",
        [.ints([2, 1]), .texts(["two", nil])], deadline: within())
      #expect(rows.count == 2)
      #expect(try rows[0]["t"] == String?.none)
      #expect(try rows[1]["t"] == "two")
    }

    @Test("json and jsonb are read as text")
    func json() throws {
      let row = try connection.query(#"select '{"a": 1}'::jsonb as b, '{"a":1}'::json as j"#, deadline: within())[0]
      #expect(try row["b"] == #"{"a": 1}"#)
      #expect(try row["j"] == #"{"a":1}"#)
    }

    @Test("The error of a value that does not fit names the column and does not quote the value")
    func mismatch() throws {
      let row = try connection.query(
        "select 'secret' as word, null::text as nothing, 12.5::numeric as price, 'infinity'::date as ever",
        deadline: within())[0]
      let wrong = try #require(failure { let _: Int = try row["word"] })
      #expect(wrong.kind == .decoding)
      #expect(wrong.message == "column word has a value of type 25, which cannot be read as Int")
      #expect(
        failure { let _: String = try row["nothing"] }?.message
          == "column nothing has null, which cannot be read as String")
      #expect(failure { let _: Double = try row["price"] }?.kind == .decoding)
      #expect(failure { let _: Date = try row["ever"] }?.kind == .decoding)
      #expect(failure { let _: CalendarDate = try row["ever"] }?.kind == .decoding)
      #expect(failure { let _: Int = try row["none"] }?.message == "there is no column none")
      #expect(failure { let _: Int = try row[4] }?.message == "there is no column 4")
    }

    @Test("An array of two dimensions is refused")
    func twoDimensions() throws {
      let row = try connection.query("select array[[1, 2], [3, 4]]::int8[] as square", deadline: within())[0]
      #expect(failure { let _: [Int] = try row["square"] }?.kind == .decoding)
    }
  }
}
