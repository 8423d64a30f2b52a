SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.artist_genres (
    artist_id integer NOT NULL,
    genre_id integer NOT NULL
);

CREATE TABLE public.artist_relations (
    artist_id integer NOT NULL,
    related_artist_id integer NOT NULL,
    from_event boolean DEFAULT false NOT NULL
);

COMMENT ON COLUMN public.artist_relations.from_event IS 'an event''s page told of it; else only the artist''s page does';

CREATE TABLE public.artists (
    id integer NOT NULL,
    name text NOT NULL,
    wwoz_artist_href text,
    description text,
    popularity_score double precision,
    typical_set_length interval,
    website text,
    page_read_at timestamp with time zone
);

COMMENT ON COLUMN public.artists.page_read_at IS 'when the act''s own page was read that the details, genres and relations are of; an older one does not change them';

CREATE SEQUENCE public.artists_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.artists_id_seq OWNED BY public.artists.id;

CREATE TABLE public.etl_failures (
    dataset text NOT NULL,
    run text NOT NULL,
    event_date date NOT NULL,
    stage text,
    error text NOT NULL,
    cause text,
    failed_at timestamp with time zone NOT NULL,
    CONSTRAINT etl_failures_stage_check CHECK ((stage = ANY (ARRAY['scrape'::text, 'load'::text, 'cache'::text])))
);

COMMENT ON TABLE public.etl_failures IS 'the dates that failed in a run: where, and why';

COMMENT ON COLUMN public.etl_failures.stage IS 'null when only the run''s end told of the failure';

CREATE TABLE public.loads (
    id bigint NOT NULL,
    dataset text NOT NULL,
    event_date date NOT NULL,
    raw_key text NOT NULL,
    run text,
    listed_at timestamp with time zone,
    counts jsonb NOT NULL,
    loaded_at timestamp with time zone DEFAULT now() NOT NULL,
    superseded boolean DEFAULT false NOT NULL,
    records_found integer GENERATED ALWAYS AS (((counts #>> '{events,found}'::text[]))::integer) STORED NOT NULL,
    records_new integer GENERATED ALWAYS AS (((counts #>> '{events,new}'::text[]))::integer) STORED NOT NULL,
    records_changed integer GENERATED ALWAYS AS (((counts #>> '{events,changed}'::text[]))::integer) STORED NOT NULL,
    records_unchanged integer GENERATED ALWAYS AS (((counts #>> '{events,unchanged}'::text[]))::integer) STORED NOT NULL,
    records_rejected integer GENERATED ALWAYS AS (((counts #>> '{events,rejected}'::text[]))::integer) STORED NOT NULL,
    records_cancelled integer GENERATED ALWAYS AS (COALESCE(((counts #>> '{events,cancelled}'::text[]))::integer, 0)) STORED NOT NULL,
    CONSTRAINT loads_check CHECK ((LEAST(records_found, records_new, records_changed, records_unchanged, records_rejected, records_cancelled) >= 0)),
    CONSTRAINT loads_check1 CHECK ((records_found = (((records_new + records_changed) + records_unchanged) + records_rejected)))
);

COMMENT ON TABLE public.loads IS 'one row for each extract document that was loaded to its end';

COMMENT ON COLUMN public.loads.listed_at IS 'when the listing was read; an older one does not overwrite what it told';

COMMENT ON COLUMN public.loads.superseded IS 'a later listing of the date had been loaded before: nothing was changed';

CREATE VIEW public.etl_run_counts AS
 SELECT l.dataset,
    l.run,
    (count(*))::integer AS dates_loaded,
    (sum(l.records_found))::integer AS records_found,
    (sum(l.records_new))::integer AS records_new,
    (sum(l.records_changed))::integer AS records_changed,
    (sum(l.records_unchanged))::integer AS records_unchanged,
    (sum(l.records_rejected))::integer AS records_rejected,
    (sum(l.records_cancelled))::integer AS records_cancelled
   FROM ( SELECT DISTINCT ON (loads.dataset, loads.run, loads.event_date) loads.id,
            loads.dataset,
            loads.event_date,
            loads.raw_key,
            loads.run,
            loads.listed_at,
            loads.counts,
            loads.loaded_at,
            loads.superseded,
            loads.records_found,
            loads.records_new,
            loads.records_changed,
            loads.records_unchanged,
            loads.records_rejected,
            loads.records_cancelled
           FROM public.loads
          WHERE (loads.run IS NOT NULL)
          ORDER BY loads.dataset, loads.run, loads.event_date, loads.id DESC) l
  GROUP BY l.dataset, l.run;

COMMENT ON VIEW public.etl_run_counts IS 'what the loads of a run add up to: of each date the last one';

CREATE TABLE public.etl_runs (
    dataset text NOT NULL,
    run text NOT NULL,
    trigger text NOT NULL,
    status text NOT NULL,
    dates date[] NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    dates_loaded integer,
    records_found integer,
    records_new integer,
    records_changed integer,
    records_unchanged integer,
    records_rejected integer,
    records_cancelled integer,
    error text,
    cause text,
    CONSTRAINT etl_runs_check CHECK ((ended_at >= started_at)),
    CONSTRAINT etl_runs_check1 CHECK ((num_nulls(ended_at, dates_loaded, records_found, records_new, records_changed, records_unchanged, records_rejected, records_cancelled) =
CASE status
    WHEN 'running'::text THEN 8
    ELSE 0
END)),
    CONSTRAINT etl_runs_check2 CHECK (((status = 'failed'::text) = (error IS NOT NULL))),
    CONSTRAINT etl_runs_check3 CHECK ((LEAST(dates_loaded, records_found, records_new, records_changed, records_unchanged, records_rejected, records_cancelled) >= 0)),
    CONSTRAINT etl_runs_check4 CHECK ((records_found = (((records_new + records_changed) + records_unchanged) + records_rejected))),
    CONSTRAINT etl_runs_status_check CHECK ((status = ANY (ARRAY['running'::text, 'success'::text, 'partial'::text, 'failed'::text]))),
    CONSTRAINT etl_runs_trigger_check CHECK ((trigger = ANY (ARRAY['schedule'::text, 'manual'::text, 'replay'::text])))
);

COMMENT ON TABLE public.etl_runs IS 'one row for each execution of the state machine';

COMMENT ON COLUMN public.etl_runs.run IS 'the execution''s name; also in loads.run';

COMMENT ON COLUMN public.etl_runs.status IS 'partial: a date failed, or a record was rejected; failed: the execution did, so that not every date was tried';

COMMENT ON COLUMN public.etl_runs.dates IS 'the dates that the run was for; none when it failed before they were known';

CREATE TABLE public.event_genres (
    event_id integer NOT NULL,
    genre_id integer NOT NULL
);

CREATE TABLE public.events (
    id integer NOT NULL,
    wwoz_event_href text,
    description text,
    artist_id integer,
    venue_id integer,
    artist_name text,
    venue_name text,
    performance_time timestamp with time zone,
    end_time timestamp with time zone,
    scrape_time timestamp with time zone,
    last_updated timestamp with time zone DEFAULT now(),
    is_recurring boolean DEFAULT false,
    recurrence_pattern text,
    is_indoors boolean,
    is_streaming boolean,
    source text DEFAULT 'wwoz'::text NOT NULL,
    event_date date NOT NULL,
    status text DEFAULT 'scheduled'::text NOT NULL,
    first_seen timestamp with time zone DEFAULT now() NOT NULL,
    last_seen timestamp with time zone DEFAULT now() NOT NULL,
    content_hash bytea,
    load_id bigint,
    CONSTRAINT events_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'cancelled'::text])))
);

COMMENT ON COLUMN public.events.event_date IS 'the local day in the source''s time zone';

COMMENT ON COLUMN public.events.last_seen IS 'when the row was last written; an event seen again unchanged is not written';

COMMENT ON COLUMN public.events.content_hash IS 'SHA-256 of what the source says of the event';

COMMENT ON COLUMN public.events.load_id IS 'the load (loads.id) that wrote the row';

CREATE SEQUENCE public.events_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.events_id_seq OWNED BY public.events.id;

CREATE TABLE public.genres (
    id integer NOT NULL,
    name text NOT NULL,
    description text
);

CREATE SEQUENCE public.genres_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.genres_id_seq OWNED BY public.genres.id;

CREATE SEQUENCE public.loads_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.loads_id_seq OWNED BY public.loads.id;

CREATE TABLE public.rejected_records (
    id bigint NOT NULL,
    dataset text NOT NULL,
    event_date date NOT NULL,
    raw_key text NOT NULL,
    "position" integer NOT NULL,
    reason text NOT NULL,
    record jsonb,
    rejected_at timestamp with time zone DEFAULT now() NOT NULL,
    load_id bigint,
    href text,
    resolved_at timestamp with time zone,
    resolved_by bigint,
    resolution text,
    CONSTRAINT rejected_records_check CHECK ((num_nulls(resolved_at, resolved_by, resolution) = ANY (ARRAY[0, 3]))),
    CONSTRAINT rejected_records_resolution_check CHECK ((resolution = ANY (ARRAY['loaded'::text, 'rejected again'::text, 'not listed'::text, 'replaced'::text])))
);

COMMENT ON COLUMN public.rejected_records."position" IS 'the record''s index in the document, from 0; rows that the scraper rejected come after the records';

COMMENT ON COLUMN public.rejected_records.record IS 'the record, or the row; as a JSON string where jsonb cannot hold it as it is';

COMMENT ON COLUMN public.rejected_records.load_id IS 'the load (loads.id) that rejected it';

COMMENT ON COLUMN public.rejected_records.href IS 'the address of the record''s event, by which a later document is seen to have it';

COMMENT ON COLUMN public.rejected_records.resolved_by IS 'the load (loads.id) of a later document that made an end of it';

COMMENT ON COLUMN public.rejected_records.resolution IS 'loaded, rejected again or not listed by the later document; replaced when the record has no address to tell by';

CREATE SEQUENCE public.rejected_records_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.rejected_records_id_seq OWNED BY public.rejected_records.id;

CREATE TABLE public.schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.venue_artists (
    venue_id integer NOT NULL,
    artist_id integer NOT NULL
);

CREATE TABLE public.venue_genres (
    venue_id integer NOT NULL,
    genre_id integer NOT NULL
);

CREATE TABLE public.venues (
    id integer NOT NULL,
    name text NOT NULL,
    phone_number text,
    thoroughfare text,
    locality text,
    state text,
    postal_code text,
    full_address text,
    wwoz_venue_href text,
    website text,
    is_active boolean,
    latitude double precision,
    longitude double precision,
    capacity integer,
    is_indoors boolean,
    is_streaming boolean,
    last_updated timestamp with time zone DEFAULT now(),
    last_geocoded timestamp with time zone,
    description text,
    source text DEFAULT 'wwoz'::text NOT NULL,
    listed_at timestamp with time zone,
    page_read_at timestamp with time zone
);

COMMENT ON COLUMN public.venues.listed_at IS 'when the listing was read that the name is of; an older one does not change it';

COMMENT ON COLUMN public.venues.page_read_at IS 'when the venue''s own page was read that the details are of; an older one does not change them';

CREATE SEQUENCE public.venues_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.venues_id_seq OWNED BY public.venues.id;

ALTER TABLE ONLY public.artists ALTER COLUMN id SET DEFAULT nextval('public.artists_id_seq'::regclass);

ALTER TABLE ONLY public.events ALTER COLUMN id SET DEFAULT nextval('public.events_id_seq'::regclass);

ALTER TABLE ONLY public.genres ALTER COLUMN id SET DEFAULT nextval('public.genres_id_seq'::regclass);

ALTER TABLE ONLY public.loads ALTER COLUMN id SET DEFAULT nextval('public.loads_id_seq'::regclass);

ALTER TABLE ONLY public.rejected_records ALTER COLUMN id SET DEFAULT nextval('public.rejected_records_id_seq'::regclass);

ALTER TABLE ONLY public.venues ALTER COLUMN id SET DEFAULT nextval('public.venues_id_seq'::regclass);

INSERT INTO public.artist_genres VALUES
	(13, 3),
	(13, 5),
	(2, 1),
	(17, 2),
	(17, 6),
	(17, 7),
	(9, 1),
	(9, 7),
	(27, 7),
	(25, 5),
	(20, 3),
	(20, 6),
	(24, 2),
	(24, 3),
	(24, 6),
	(13, 8),
	(15, 9);

INSERT INTO public.artist_relations VALUES
	(13, 6, true),
	(2, 1, false),
	(2, 12, true),
	(17, 4, false),
	(17, 11, false),
	(9, 5, false),
	(9, 7, true),
	(27, 22, true),
	(25, 28, true),
	(20, 18, true),
	(20, 21, false),
	(19, 26, true),
	(24, 23, false),
	(13, 12, false),
	(13, 30, false),
	(15, 29, false),
	(15, 31, false);

INSERT INTO public.artists VALUES
	(7, 'Calliope & Sons', '/artists/calliope-sons', NULL, NULL, NULL, NULL, NULL),
	(3, 'Célestine & the Late Trams', NULL, NULL, NULL, NULL, NULL, NULL),
	(2, 'Delphine Arceneaux Quartet', '/artists/delphine-arceneaux-quartet', NULL, NULL, NULL, 'http://www.example.com/delphine-arceneaux-quartet', '2026-11-26 13:58:03.62+00'),
	(16, 'Doc Tupelo', NULL, NULL, NULL, NULL, NULL, NULL),
	(14, 'Fontaine Family Band', NULL, NULL, NULL, NULL, NULL, NULL),
	(10, 'Indigo Levee Syndicate', NULL, NULL, NULL, NULL, NULL, NULL),
	(17, 'La Lune Noire', '/artists/la-lune-noire', 'La Lune Noire plays around town, with low lights.', NULL, NULL, 'http://www.example.com/la-lune-noire', '2026-11-26 13:58:03.622+00'),
	(11, 'Mirliton Quartet', NULL, NULL, NULL, NULL, NULL, NULL),
	(8, 'Miss Oleander', NULL, NULL, NULL, NULL, NULL, NULL),
	(1, 'Rosette Guidry', NULL, NULL, NULL, NULL, NULL, NULL),
	(5, 'Señor Magnolia y su Conjunto', NULL, NULL, NULL, NULL, NULL, NULL),
	(6, 'The Riverbend Owls', '/artists/the-riverbend-owls', NULL, NULL, NULL, NULL, NULL),
	(4, 'Three Keys to the Garden', NULL, NULL, NULL, NULL, NULL, NULL),
	(12, 'Velma & the Voltage', '/artists/velma-the-voltage', NULL, NULL, NULL, NULL, NULL),
	(9, 'Willow & Bone', '/artists/willow-bone', 'Willow & Bone plays around town, with songs old and new.', NULL, NULL, 'http://www.example.com/willow-bone', '2026-11-26 13:58:03.624+00'),
	(27, 'Camille Étienne', '/artists/camille-etienne', 'Camille Étienne plays around town, with low lights.', NULL, NULL, NULL, '2026-11-26 13:58:04.026+00'),
	(25, 'Chicory Street Ramblers', '/artists/chicory-street-ramblers', 'Chicory Street Ramblers plays around town, with red beans on the stove.', NULL, NULL, NULL, '2026-11-26 13:58:04.02+00'),
	(20, 'Jack-in-the-Pulpit', '/artists/jack-in-the-pulpit', NULL, NULL, NULL, 'http://www.example.com/jack-in-the-pulpit', '2026-11-26 13:58:04.024+00'),
	(22, 'King Cake Conspiracy', '/artists/king-cake-conspiracy', NULL, NULL, NULL, NULL, NULL),
	(19, 'Lafitte Avenue Five', NULL, NULL, NULL, NULL, NULL, NULL),
	(24, 'Monsieur Papillon', '/artists/monsieur-papillon', 'Monsieur Papillon plays around town, with red beans on the stove.', NULL, NULL, NULL, '2026-11-26 13:58:04.035+00'),
	(26, 'Nine Lives Brass Band', '/artists/nine-lives-brass-band', NULL, NULL, NULL, NULL, NULL),
	(23, 'Pelican Post', NULL, NULL, NULL, NULL, NULL, NULL),
	(18, 'Sister Ruth''s Tambourine Choir', '/artists/sister-ruth-s-tambourine-choir', NULL, NULL, NULL, NULL, NULL),
	(28, 'Sugar Mill Five', '/artists/sugar-mill-five', NULL, NULL, NULL, NULL, NULL),
	(21, 'Tuba Thibodeaux', NULL, NULL, NULL, NULL, NULL, NULL),
	(31, 'Captain Odd''s Washboard Revue', NULL, NULL, NULL, NULL, NULL, NULL),
	(29, 'Paper Lantern Parade', NULL, NULL, NULL, NULL, NULL, NULL),
	(30, 'Praline Sisters', NULL, NULL, NULL, NULL, NULL, NULL),
	(13, 'Cousin Leopold', '/artists/cousin-leopold', 'Cousin Leopold plays around town, with songs old and new.', NULL, NULL, NULL, '2026-11-26 13:58:04.751+00'),
	(15, 'Josephine''s Parlor', '/artists/josephine-s-parlor', 'Josephine''s Parlor plays around town, with a guest on trombone.', NULL, NULL, 'http://www.example.com/josephine-s-parlor', '2026-11-26 13:58:04.743+00');

INSERT INTO public.etl_failures VALUES
	('wwoz', 'night-2', '2026-02-04', 'scrape', 'SourceChanged', 'http://livewire.example.com/calendar/livewire-music?date=2026-02-04 cannot be read: status 404. The site''s markup has changed: nothing stored was touched, the rules are in Sources/Scraper/WWOZ', '2026-11-26 13:58:05.677072+00');

INSERT INTO public.etl_runs VALUES
	('wwoz', 'night-1', 'schedule', 'partial', '{2026-02-01,2026-02-02,2026-02-03}', '2026-11-26 13:58:03.004016+00', '2026-11-26 13:58:04.37958+00', 3, 12, 11, 0, 0, 1, 0, NULL, NULL),
	('wwoz', 'night-2', 'schedule', 'partial', '{2026-02-01,2026-02-02,2026-02-03,2026-02-04}', '2026-11-26 13:58:04.436334+00', '2026-11-26 13:58:05.72184+00', 3, 10, 0, 5, 4, 1, 1, NULL, NULL),
	('wwoz', 'night-3', 'schedule', 'running', '{2026-02-01,2026-02-02,2026-02-03}', '2026-11-26 13:58:05.783809+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

INSERT INTO public.event_genres VALUES
	(2, 1),
	(4, 3),
	(4, 5),
	(5, 2),
	(5, 6),
	(5, 7),
	(6, 1),
	(6, 7),
	(7, 5),
	(8, 3),
	(8, 6),
	(9, 7),
	(10, 2),
	(10, 3),
	(10, 6),
	(1, 9),
	(4, 8);

INSERT INTO public.events VALUES
	(3, '/events/369824011', NULL, 3, 1, 'Célestine & the Late Trams', 'Alder & Ash Listening Room', '2026-02-01 22:00:00+00', NULL, '2026-11-26 13:58:03+00', '2026-11-26 13:58:03.701607+00', false, NULL, true, false, 'wwoz', '2026-02-01', 'scheduled', '2026-11-26 13:58:03.701607+00', '2026-11-26 13:58:03.701607+00', '\x9e92f146d3a0fb61d74130cfc9e9fc50be08adfe5c2f22fc2c70dd46e7f4da85', 1),
	(7, '/events/369824501', 'Chicory Street Ramblers at 6:00pm: red beans on the stove & low lights. Café tables, tip the band.
All ages — cash bar.', 25, 2, 'Chicory Street Ramblers', 'Bayou Lantern, The', '2026-02-03 00:00:00+00', NULL, '2026-11-26 13:58:03+00', '2026-11-26 13:58:04.106927+00', false, NULL, true, false, 'wwoz', '2026-02-02', 'scheduled', '2026-11-26 13:58:04.106927+00', '2026-11-26 13:58:04.106927+00', '\x9b0dcd961f2daff53b1fc904f00e311a6e54916674d97c15d212f39d95dfa88f', 2),
	(8, '/events/369824511', 'Jack-in-the-Pulpit at 8:00pm: a second set after the break & songs old and new. Café tables, tip the band.
All ages — cash bar.', 20, 4, 'Jack-in-the-Pulpit', 'Copper Kettle', '2026-02-03 02:00:00+00', NULL, '2026-11-26 13:58:03+00', '2026-11-26 13:58:04.106927+00', false, NULL, true, false, 'wwoz', '2026-02-02', 'scheduled', '2026-11-26 13:58:04.106927+00', '2026-11-26 13:58:04.106927+00', '\xe36a7530b6ea21560def2c9ed224cd86851f2022183b2ba7dad87b482d9ceb65', 2),
	(9, '/events/369824516', 'Camille Étienne at 9:00pm: a second set after the break & low lights. Café tables, tip the band.
All ages — cash bar.', 27, 4, 'Camille Étienne', 'Copper Kettle', '2026-02-03 03:00:00+00', NULL, '2026-11-26 13:58:03+00', '2026-11-26 13:58:04.106927+00', false, NULL, true, false, 'wwoz', '2026-02-02', 'scheduled', '2026-11-26 13:58:04.106927+00', '2026-11-26 13:58:04.106927+00', '\x4ddf9b74c8c70daf084a349dbf80e3418f99c45be3d45181bc0d68942a027570', 2),
	(10, '/events/369824521', 'Monsieur Papillon at 6:00pm: low lights & songs old and new. Café tables, tip the band.
All ages — cash bar.', 24, 5, 'Monsieur Papillon', 'Gaslight Ballroom', '2026-02-03 00:00:00+00', NULL, '2026-11-26 13:58:03+00', '2026-11-26 13:58:04.106927+00', false, NULL, true, false, 'wwoz', '2026-02-02', 'scheduled', '2026-11-26 13:58:04.106927+00', '2026-11-26 13:58:04.106927+00', '\x8b20266842941cc7d9d79749c77747545fbffb9fd92ae8c0a8becb0edb49ba25', 2),
	(1, '/events/369824001', 'Josephine''s Parlor at 7:00pm: red beans on the stove & low lights. Café tables, tip the band.
All ages — cash bar.', 15, 3, 'Josephine''s Parlor', '.Streaming Only', '2026-02-02 01:00:00+00', NULL, '2026-11-26 13:58:04+00', '2026-11-26 13:58:04.846974+00', false, NULL, true, true, 'wwoz', '2026-02-01', 'scheduled', '2026-11-26 13:58:03.701607+00', '2026-11-26 13:58:04.846974+00', '\x4f3fcf2fa96b1a9ca517441fbeb12ed14adff7b47435e83831b5399a8caae274', 4),
	(2, '/events/369824006', 'Delphine Arceneaux Quartet at 8:00pm: a second set after the break & dancing encouraged. Café tables, tip the band.
All ages — cash bar.', 2, 3, 'Delphine Arceneaux Quartet', '.Streaming Only', '2026-02-02 02:00:00+00', NULL, '2026-11-26 13:58:04+00', '2026-11-26 13:58:04.846974+00', false, NULL, true, true, 'wwoz', '2026-02-01', 'scheduled', '2026-11-26 13:58:03.701607+00', '2026-11-26 13:58:04.846974+00', '\x499e32cccd9767a1b5ebafde82cc77497d0b7c8100b70139e3a9d294a5564b53', 4),
	(4, '/events/369824016', 'Cousin Leopold at 6:00pm: red beans on the stove & low lights. Café tables, tip the band.
All ages — cash bar.', 13, 1, 'Cousin Leopold', 'Alder & Ash Listening Room', '2026-02-02 00:00:00+00', NULL, '2026-11-26 13:58:04+00', '2026-11-26 13:58:04.846974+00', false, NULL, true, false, 'wwoz', '2026-02-01', 'scheduled', '2026-11-26 13:58:03.701607+00', '2026-11-26 13:58:04.846974+00', '\xf4955f1aaaeec197566886a29a5115f5666869df27cbcbe0ae37217bbbfe7268', 4),
	(5, '/events/369824021', 'La Lune Noire at 9:30pm: a guest on trombone & songs old and new. Café tables, tip the band.
All ages — cash bar.', 17, 1, 'La Lune Noire', 'Alder & Ash Listening Room', '2026-02-02 03:30:00+00', NULL, '2026-11-26 13:58:04+00', '2026-11-26 13:58:04.846974+00', false, NULL, true, false, 'wwoz', '2026-02-01', 'scheduled', '2026-11-26 13:58:03.701607+00', '2026-11-26 13:58:04.846974+00', '\x97964f3d9b876396c5d503f2e05ae1ca4294a01467fc08313771c26f5ce8d905', 4),
	(6, '/events/369824026', NULL, 9, 2, 'Willow & Bone', 'Bayou Lantern, The', '2026-02-01 22:30:00+00', NULL, '2026-11-26 13:58:04+00', '2026-11-26 13:58:04.846974+00', false, NULL, true, false, 'wwoz', '2026-02-01', 'scheduled', '2026-11-26 13:58:03.701607+00', '2026-11-26 13:58:04.846974+00', '\xea7332843643ab632e499d07662db4cc3bea56709b2cda035415f51726d07abf', 4),
	(11, '/events/369824526', 'Lafitte Avenue Five at 8:00pm: red beans on the stove & low lights. Café tables, tip the band.
All ages — cash bar.', 19, 5, 'Lafitte Avenue Five', 'Gaslight Ballroom', '2026-02-03 02:00:00+00', NULL, '2026-11-26 13:58:03+00', '2026-11-26 13:58:05.294322+00', false, NULL, true, false, 'wwoz', '2026-02-02', 'cancelled', '2026-11-26 13:58:04.106927+00', '2026-11-26 13:58:04.106927+00', '\x451f33ab2bcfdee4f67461ebe6ebf2c7ace6a16fa8ed82d450be46e3e8d087ed', 5);

INSERT INTO public.genres VALUES
	(1, 'Blues', NULL),
	(5, 'Brass Band', NULL),
	(6, 'Folk', NULL),
	(4, 'Modern Jazz', NULL),
	(2, 'Soul', NULL),
	(7, 'Traditional Jazz', NULL),
	(3, 'Zydeco', NULL),
	(9, 'Cajun', NULL),
	(8, 'Funk', NULL);

INSERT INTO public.loads VALUES
	(1, 'wwoz', '2026-02-01', 'raw/wwoz/events/year=2026/month=02/day=01/events_2026-02-01_night-1.json', 'night-1', '2026-11-26 13:58:03.428+00', '{"events": {"new": 6, "found": 6, "changed": 0, "rejected": 0, "cancelled": 0, "unchanged": 0}, "genres": {"new": 7, "found": 7, "changed": 0, "rejected": 0, "unchanged": 0}, "venues": {"new": 3, "found": 3, "changed": 0, "rejected": 0, "unchanged": 0}, "artists": {"new": 17, "found": 17, "changed": 0, "rejected": 0, "unchanged": 0}}', '2026-11-26 13:58:03.701607+00', false, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	(2, 'wwoz', '2026-02-02', 'raw/wwoz/events/year=2026/month=02/day=02/events_2026-02-02_night-1.json', 'night-1', '2026-11-26 13:58:03.846+00', '{"events": {"new": 5, "found": 6, "changed": 0, "rejected": 1, "cancelled": 0, "unchanged": 0}, "genres": {"new": 0, "found": 5, "changed": 0, "rejected": 0, "unchanged": 5}, "venues": {"new": 2, "found": 3, "changed": 0, "rejected": 0, "unchanged": 1}, "artists": {"new": 11, "found": 11, "changed": 0, "rejected": 0, "unchanged": 0}}', '2026-11-26 13:58:04.106927+00', false, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	(3, 'wwoz', '2026-02-03', 'raw/wwoz/events/year=2026/month=02/day=03/events_2026-02-03_night-1.json', 'night-1', '2026-11-26 13:58:04.217+00', '{"events": {"new": 0, "found": 0, "changed": 0, "rejected": 0, "cancelled": 0, "unchanged": 0}, "genres": {"new": 0, "found": 0, "changed": 0, "rejected": 0, "unchanged": 0}, "venues": {"new": 0, "found": 0, "changed": 0, "rejected": 0, "unchanged": 0}, "artists": {"new": 0, "found": 0, "changed": 0, "rejected": 0, "unchanged": 0}}', '2026-11-26 13:58:04.312658+00', false, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	(4, 'wwoz', '2026-02-01', 'raw/wwoz/events/year=2026/month=02/day=01/events_2026-02-01_night-2.json', 'night-2', '2026-11-26 13:58:04.546+00', '{"events": {"new": 0, "found": 6, "changed": 5, "rejected": 0, "cancelled": 0, "unchanged": 1}, "genres": {"new": 2, "found": 8, "changed": 0, "rejected": 0, "unchanged": 6}, "venues": {"new": 0, "found": 3, "changed": 2, "rejected": 0, "unchanged": 1}, "artists": {"new": 3, "found": 16, "changed": 2, "rejected": 0, "unchanged": 11}}', '2026-11-26 13:58:04.846974+00', false, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	(5, 'wwoz', '2026-02-02', 'raw/wwoz/events/year=2026/month=02/day=02/events_2026-02-02_night-2.json', 'night-2', '2026-11-26 13:58:04.999+00', '{"events": {"new": 0, "found": 4, "changed": 0, "rejected": 1, "cancelled": 1, "unchanged": 3}, "genres": {"new": 0, "found": 4, "changed": 0, "rejected": 0, "unchanged": 4}, "venues": {"new": 0, "found": 2, "changed": 1, "rejected": 0, "unchanged": 1}, "artists": {"new": 0, "found": 7, "changed": 0, "rejected": 0, "unchanged": 7}}', '2026-11-26 13:58:05.294322+00', false, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT),
	(6, 'wwoz', '2026-02-03', 'raw/wwoz/events/year=2026/month=02/day=03/events_2026-02-03_night-2.json', 'night-2', '2026-11-26 13:58:05.462+00', '{"events": {"new": 0, "found": 0, "changed": 0, "rejected": 0, "cancelled": 0, "unchanged": 0}, "genres": {"new": 0, "found": 0, "changed": 0, "rejected": 0, "unchanged": 0}, "venues": {"new": 0, "found": 0, "changed": 0, "rejected": 0, "unchanged": 0}, "artists": {"new": 0, "found": 0, "changed": 0, "rejected": 0, "unchanged": 0}}', '2026-11-26 13:58:05.535969+00', false, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT, DEFAULT);

INSERT INTO public.rejected_records VALUES
	(1, 'wwoz', '2026-02-02', 'raw/wwoz/events/year=2026/month=02/day=02/events_2026-02-02_night-1.json', 5, 'its row is no show: it is of another day: ''Tuesday, February 3 at 9:00pm'' (at ''Bayou Lantern, The'')', '{"href": "/events/369824506", "text": "Tante Odile Tuesday, February 3 at 9:00pm", "reason": "it is of another day: ''Tuesday, February 3 at 9:00pm'' (at ''Bayou Lantern, The'')"}', '2026-11-26 13:58:04.106927+00', 2, '/events/369824506', '2026-11-26 13:58:05.294322+00', 5, 'not listed'),
	(2, 'wwoz', '2026-02-02', 'raw/wwoz/events/year=2026/month=02/day=02/events_2026-02-02_night-2.json', 3, 'its row is no show: it is of another day: ''Tuesday, February 3 at 6:00pm'' (at ''Gaslight Ballroom'')', '{"href": "/events/369824521", "text": "Monsieur Papillon Tuesday, February 3 at 6:00pm", "reason": "it is of another day: ''Tuesday, February 3 at 6:00pm'' (at ''Gaslight Ballroom'')"}', '2026-11-26 13:58:05.294322+00', 5, '/events/369824521', NULL, NULL, NULL);

INSERT INTO public.schema_migrations VALUES
	(1, 'conform system 000', '546af9bf536d8d0f', '2026-11-26 13:58:03.069527+00'),
	(2, 'ledger', '60a9c036267ecb31', '2026-11-26 13:58:03.069527+00'),
	(3, 'listing times', '29c0c233182494a3', '2026-11-26 13:58:03.069527+00');

INSERT INTO public.venue_artists VALUES
	(1, 3),
	(1, 13),
	(1, 17),
	(2, 9),
	(3, 2),
	(3, 15),
	(2, 25),
	(4, 20),
	(4, 27),
	(5, 19),
	(5, 24);

INSERT INTO public.venue_genres VALUES
	(1, 2),
	(1, 3),
	(1, 4),
	(1, 5),
	(1, 6),
	(1, 7),
	(2, 1),
	(2, 7),
	(3, 1),
	(3, 5),
	(2, 5),
	(4, 3),
	(4, 6),
	(4, 7),
	(5, 2),
	(5, 3),
	(5, 6),
	(1, 8),
	(3, 9);

INSERT INTO public.venues VALUES
	(3, '.Streaming Only', NULL, NULL, NULL, NULL, NULL, NULL, '/organizations/streaming-only', NULL, NULL, NULL, NULL, NULL, true, true, '2026-11-26 13:58:03.701607+00', NULL, NULL, 'wwoz', '2026-11-26 13:58:03.428+00', '2026-11-26 13:58:03.457+00'),
	(5, 'Gaslight Ballroom', '(504) 555-0107', '2200 Gaslight Ave', 'New Orleans', 'LA', '70113', '2200 Gaslight Ave, New Orleans, LA 70113', '/organizations/gaslight-ballroom', 'http://www.example.com/gaslight-ballroom', true, NULL, NULL, NULL, true, false, '2026-11-26 13:58:04.106927+00', NULL, NULL, 'wwoz', '2026-11-26 13:58:03.846+00', '2026-11-26 13:58:03.884+00'),
	(1, 'Alder & Ash Listening Room', '(504) 555-1001', '412 Poplar Walk', 'New Orleans', 'LA', '70117', '412 Poplar Walk, New Orleans, LA 70117', '/organizations/alder-ash-listening-room', 'http://www.example.com/alder-ash-listening-room', true, NULL, NULL, NULL, true, false, '2026-11-26 13:58:04.846974+00', NULL, NULL, 'wwoz', '2026-11-26 13:58:04.546+00', '2026-11-26 13:58:04.588+00'),
	(2, 'Bayou Lantern, The', '(504) 555-1001', '1820 Canal Lantern Row', 'New Orleans', 'LA', '70119', '1820 Canal Lantern Row, New Orleans, LA 70119', '/organizations/bayou-lantern-the', 'http://www.example.com/bayou-lantern-the', true, NULL, NULL, NULL, true, false, '2026-11-26 13:58:04.846974+00', NULL, NULL, 'wwoz', '2026-11-26 13:58:04.546+00', '2026-11-26 13:58:04.589+00'),
	(4, 'Copper Kettle', '(504) 555-1001', '3009 Foundry St', 'New Orleans', 'LA', '70115', '3009 Foundry St, New Orleans, LA 70115', '/organizations/copper-kettle', 'http://www.example.com/copper-kettle', true, NULL, NULL, NULL, true, false, '2026-11-26 13:58:05.294322+00', NULL, NULL, 'wwoz', '2026-11-26 13:58:04.999+00', '2026-11-26 13:58:05.016+00');

SELECT pg_catalog.setval('public.artists_id_seq', 31, true);

SELECT pg_catalog.setval('public.events_id_seq', 11, true);

SELECT pg_catalog.setval('public.genres_id_seq', 9, true);

SELECT pg_catalog.setval('public.loads_id_seq', 6, true);

SELECT pg_catalog.setval('public.rejected_records_id_seq', 2, true);

SELECT pg_catalog.setval('public.venues_id_seq', 5, true);

ALTER TABLE ONLY public.artist_genres
    ADD CONSTRAINT artist_genres_pkey PRIMARY KEY (artist_id, genre_id);

ALTER TABLE ONLY public.artist_relations
    ADD CONSTRAINT artist_relations_pkey PRIMARY KEY (artist_id, related_artist_id);

ALTER TABLE ONLY public.artists
    ADD CONSTRAINT artists_name_key UNIQUE (name);

ALTER TABLE ONLY public.artists
    ADD CONSTRAINT artists_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.etl_failures
    ADD CONSTRAINT etl_failures_pkey PRIMARY KEY (dataset, run, event_date);

ALTER TABLE ONLY public.etl_runs
    ADD CONSTRAINT etl_runs_pkey PRIMARY KEY (dataset, run);

ALTER TABLE ONLY public.event_genres
    ADD CONSTRAINT event_genres_pkey PRIMARY KEY (event_id, genre_id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.genres
    ADD CONSTRAINT genres_name_key UNIQUE (name);

ALTER TABLE ONLY public.genres
    ADD CONSTRAINT genres_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loads
    ADD CONSTRAINT loads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loads
    ADD CONSTRAINT loads_raw_key_key UNIQUE (raw_key);

ALTER TABLE ONLY public.rejected_records
    ADD CONSTRAINT rejected_records_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rejected_records
    ADD CONSTRAINT rejected_records_raw_key_position_key UNIQUE (raw_key, "position");

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.venue_artists
    ADD CONSTRAINT venue_artists_pkey PRIMARY KEY (venue_id, artist_id);

ALTER TABLE ONLY public.venue_genres
    ADD CONSTRAINT venue_genres_pkey PRIMARY KEY (venue_id, genre_id);

ALTER TABLE ONLY public.venues
    ADD CONSTRAINT venues_pkey PRIMARY KEY (id);

CREATE INDEX etl_failures_date_index ON public.etl_failures USING btree (dataset, event_date, failed_at DESC);

CREATE INDEX etl_runs_dataset_started_index ON public.etl_runs USING btree (dataset, started_at DESC);

CREATE INDEX events_source_date_index ON public.events USING btree (source, event_date);

CREATE UNIQUE INDEX events_source_href_key ON public.events USING btree (source, wwoz_event_href);

CREATE INDEX ix_artist_genre_genre_id ON public.artist_genres USING btree (genre_id);

CREATE INDEX ix_artist_relation_related_artist_id ON public.artist_relations USING btree (related_artist_id);

CREATE INDEX ix_event_genre_genre_id ON public.event_genres USING btree (genre_id);

CREATE INDEX ix_venue_artist_artist_id ON public.venue_artists USING btree (artist_id);

CREATE INDEX ix_venue_genre_genre_id ON public.venue_genres USING btree (genre_id);

CREATE INDEX loads_dataset_date_listed_index ON public.loads USING btree (dataset, event_date, listed_at);

CREATE INDEX loads_date_loaded_index ON public.loads USING btree (dataset, event_date, loaded_at DESC) WHERE (NOT superseded);

CREATE INDEX loads_run_index ON public.loads USING btree (dataset, run, event_date, id DESC);

CREATE INDEX rejected_records_open_index ON public.rejected_records USING btree (dataset, event_date) WHERE (resolved_at IS NULL);

CREATE UNIQUE INDEX venues_source_href_key ON public.venues USING btree (source, wwoz_venue_href);

CREATE INDEX venues_source_name_index ON public.venues USING btree (source, name);

CREATE UNIQUE INDEX venues_source_name_key ON public.venues USING btree (source, name) WHERE (wwoz_venue_href IS NULL);

ALTER TABLE ONLY public.artist_genres
    ADD CONSTRAINT artist_genres_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.artist_genres
    ADD CONSTRAINT artist_genres_genre_id_fkey FOREIGN KEY (genre_id) REFERENCES public.genres(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.artist_relations
    ADD CONSTRAINT artist_relations_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.artist_relations
    ADD CONSTRAINT artist_relations_related_artist_id_fkey FOREIGN KEY (related_artist_id) REFERENCES public.artists(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_genres
    ADD CONSTRAINT event_genres_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.event_genres
    ADD CONSTRAINT event_genres_genre_id_fkey FOREIGN KEY (genre_id) REFERENCES public.genres(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id);

ALTER TABLE ONLY public.venue_artists
    ADD CONSTRAINT venue_artists_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.venue_artists
    ADD CONSTRAINT venue_artists_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.venue_genres
    ADD CONSTRAINT venue_genres_genre_id_fkey FOREIGN KEY (genre_id) REFERENCES public.genres(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.venue_genres
    ADD CONSTRAINT venue_genres_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venues(id) ON DELETE CASCADE;
