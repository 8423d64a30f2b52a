import JSON

/// Responses for the documentation, with invented names.
enum EventExamples {
  static let events: JSONValue = [
    "items": [
      [
        "id": 12, "source": "wwoz", "status": "scheduled", "date": "2024-05-31", "local_time": "20:00",
        "timezone": "America/Chicago", "starts_at": "2024-06-01T01:00:00Z",
        "artist": ["id": 3, "name": "The Levee Street Brass Band", "website": nil, "genres": ["Brass Band"]],
        "venue": [
          "id": 7, "name": "The Blue Pelican", "address": "626 Frenchmen St., New Orleans, LA", "city": "New Orleans",
          "website": "https://bluepelican.example", "latitude": .degrees("29.9641"), "longitude": .degrees("-90.0579"),
        ],
        "genres": ["Brass Band"], "description": nil, "url": "https://www.wwoz.org/events/12", "distance_m": 15,
      ]
    ],
    "next_cursor": nil,
  ]

  static let venues: JSONValue = [
    "items": [
      [
        "id": 7, "source": "wwoz", "name": "The Blue Pelican", "address": "626 Frenchmen St., New Orleans, LA",
        "street": "626 Frenchmen St.", "city": "New Orleans", "state": "LA", "postal_code": "70116", "phone": nil,
        "website": "https://bluepelican.example", "url": "https://www.wwoz.org/organizations/blue-pelican",
        "latitude": .degrees("29.9641"), "longitude": .degrees("-90.0579"), "is_active": true,
        "next_event": "2024-05-31",
      ]
    ],
    "next_cursor": nil,
  ]

  static let calendar: JSONValue = """
    BEGIN:VCALENDAR
    VERSION:2.0
    …
    BEGIN:VEVENT
    UID:wwoz/events/12@festvibes
    DTSTART:20240601T010000Z
    SUMMARY:The Levee Street Brass Band at The Blue Pelican
    …
    """
}

extension JSONValue {
  fileprivate static func degrees(_ text: String) -> JSONValue { JSONNumber(text).map { .number($0) } ?? .null }
}
