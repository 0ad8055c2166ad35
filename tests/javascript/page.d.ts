// What the page's scripts pass to one another, for JSDoc: the data of a page as Python writes it, and what is set on Leaflet's objects.

import * as L from "leaflet";

declare global {
  /** Differences in units of 1e-5 degrees: lon, lat, lon, lat … */
  type Deltas = number[];
  /** Longitude and latitude in units of 1e-5 degrees. */
  type Pair = [number, number];
  /** Polygons of rings of differences. */
  type Packed = Deltas[][];
  type Span = [number, number];
  /** A ring or a line, decoded: [lat, lon]. */
  type Path = [number, number][];
  /** A point in px. */
  type Spot = { x: number; y: number };
  /** Left, top, right, bottom in px; `room` is the width that is free at that height. */
  type Box = number[] & { room?: number };
  /** Boxes that names keep clear of: `marks` have names beside them, `over` lies upon the map. */
  type Obstacles = { marks: Box[]; over: Box[] };
  type Child = Node | string | null | undefined;
  /** Attributes of an element; `on` has its listeners. Never a style: the page's policy refuses it. */
  type Attributes = { [name: string]: any; style?: never; on?: { [event: string]: (event: any) => void } };

  /** A type of event as the legend has it. */
  type EventType = { id: string; label: string; colour: string; shape: string };
  type Link = { url?: string; title?: string; publisher?: string; author?: string; date?: string };

  /** What a layer draws and what the legend shows of it. */
  type Drawn = { group: L.Layer; swatch: Element | null; legend?: Element };
  /** One entry of the page's layers; each kind has its own further keys. */
  type LayerData = { id: string; kind: string; label: string; show: boolean; [key: string]: any };
  type Draw = (map: L.Map, layer: LayerData) => Drawn;

  /** A name on the map; see labels.js. */
  type MapName = {
    text: string;
    kind: string;
    layer: string;
    // Of these a name has those of its kind.
    rank: number;
    at: L.LatLng;
    dot: boolean;
    gap: number;
    rings: Path[];
    spots: [L.LatLng, number][];
    paths: Path[];
    border: boolean;
    water: number;
    bank: boolean;
    country: string;
    // Worked out when first asked for: length of its text in px, and whether towns lie in the same area.
    long?: number;
    shores?: L.LatLngBounds;
    towns?: Map<L.LatLng, boolean>;
  };
  type NewName = Pick<MapName, "text" | "kind" | "layer"> & Partial<MapName>;
  /** A place for a name in an area. */
  type Room = Spot & { width: number };
  /** A stretch of a line that a name can follow. */
  type Bench = { from: number; to: number; score: number };
  /** A name under way to its place. */
  type NameEntry = { name: MapName; at: L.Point; span: HTMLElement; box: number[] };

  /** A unit of counts; one without a place on the map is listed. */
  type CountedUnit = { code: string; name: string; at: Pair | null };
  /** Events that are only counted: a row for each unit, type, source and month. */
  type SummaryData = LayerData & {
    count: number;
    units: CountedUnit[];
    types: EventType[];
    sources: { title: string; url: string; count: number }[];
    columns: { unit: number[]; type: number[]; source: number[]; n: number[]; start: any[]; end: any[] };
  };

  /** What `panj.setFilter` gets: inclusive ISO dates, ids of types, words. A missing key means no limit. */
  type Wishes = { from?: string | null; to?: string | null; types?: string[] | null; text?: string | null };

  /** A line of what the terms of a source ask for. */
  type Term = { line?: string };

  interface Window {
    panj: any;
    [name: string]: any;
  }
}

declare module "leaflet" {
  // Without this a class made by L.Layer.extend is taken for one whose constructor has no arguments.
  namespace Layer {
    function extend(props: any): any;
  }
  interface Marker {
    /** Half the side of a mark, in px, and how far below its place it stands. */
    panjBox?: number;
    panjDrop?: number;
    panjFirst?: number;
    /** Of a disc: the number of its unit, and of its events. */
    panjUnit: number;
    panjCount: number;
  }
  interface Popup {
    _adjustPan(): void;
    _source?: any;
  }
  interface Map {
    _popup?: Popup;
  }
}
