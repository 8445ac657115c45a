/** The composition root: the laboratory, the floor and the page know nothing of each other's making. */
import defaultScene from '../scenes/gearbox.json?raw';
import { openPage } from './app/page.ts';
import { openLaboratory } from './experiment/laboratory.ts';
import { openFloor } from './view/floor.ts';

void openPage(document.querySelector<HTMLElement>('#page')!, { laboratory: openLaboratory(), openFloor, defaultScene });
