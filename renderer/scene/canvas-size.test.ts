import { expect, it } from "vitest";
import { answerSizesFromStyle } from "./canvas-size";

/** An element whose size the browser finds by laying out the page, which is counted. */
function laidOut(count: () => void) {
  return {
    get clientWidth() {
      count();
      return 0;
    },
    get clientHeight() {
      count();
      return 0;
    },
  };
}

it("the canvas and its box know their size without a layout of the page, and keep knowing it", () => {
  let layouts = 0;
  const count = () => {
    layouts++;
  };
  const style = { width: "782px", height: "486.667px" };
  const box = laidOut(count);
  const canvas = Object.defineProperties({}, Object.getOwnPropertyDescriptors(laidOut(count)));
  const sized = Object.assign(canvas as ReturnType<typeof laidOut>, { style, parentElement: box });
  answerSizesFromStyle(sized);
  expect([sized.clientWidth, sized.clientHeight]).toEqual([782, 487]);
  expect([box.clientWidth, box.clientHeight]).toEqual([782, 487]);
  style.height = "300px";
  expect([sized.clientHeight, box.clientHeight]).toEqual([300, 300]);
  style.width = "";
  expect(sized.clientWidth).toBe(0);
  expect(layouts).toBe(0);
});
